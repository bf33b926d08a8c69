import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { ConfirmDialog } from '../../ui/confirm-dialog'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { Row, Rows, RowsSkeleton } from '../../ui/rows'
import { Section } from '../../ui/section'
import { SettingsPage } from '../../ui/settings-page'
import { TimeAgo } from '../../ui/time-ago'
import { useToast } from '../../ui/use-toast'
import { MakeKeyDialog } from './make-key-dialog'
import { useKeyList, useRevokeKey } from './queries'
import { useScopeWords } from './use-scope-words'

/** The keys with which other programs use this workspace. */
export function KeysPage() {
  const { t } = useTranslation('keys')
  const words = useProblemWords()
  const list = useKeyList()
  const [making, setMaking] = useState(false)
  const open = (
    <Button kind="primary" onClick={() => setMaking(true)}>
      <Icon as={Plus} size={16} />
      {t('make.open')}
    </Button>
  )
  const all = list.data?.items
  return (
    <SettingsPage title={t('title')} action={all && all.length > 0 && open}>
      <Section title={t('list.title')} about={t('list.about')}>
        {list.isPending && <RowsSkeleton />}
        {list.isError && (
          <ErrorBox
            title={t('list.failed')}
            action={{ name: t('tryAgain', { ns: 'common' }), run: () => void list.refetch() }}
          >
            {words(list.error)}
          </ErrorBox>
        )}
        {all?.length === 0 && (
          <EmptyState title={t('list.none')} action={open}>
            {t('list.noneAbout')}
          </EmptyState>
        )}
        {all && all.length > 0 && (
          <Rows name={t('list.title')}>
            {all.map((one) => (
              <KeyRow key={one.id} one={one} />
            ))}
          </Rows>
        )}
      </Section>
      {making && <MakeKeyDialog scopes={list.data?.scopes ?? []} onClose={() => setMaking(false)} />}
    </SettingsPage>
  )
}

function KeyRow({ one: { id, name, prefix, scopes, madeBy, lastUsedAt, expiresAt } }: { one: ApiKey }) {
  const { t } = useTranslation('keys')
  const words = useProblemWords()
  const scopeWords = useScopeWords()
  const toast = useToast()
  const revoke = useRevokeKey()
  const [asking, setAsking] = useState(false)
  return (
    <Row>
      <div className="min-w-0 grow">
        <p className="truncate font-medium">
          <bdi>{name}</bdi> <code className="font-mono text-xs text-ink-3">{prefix}…</code>
        </p>
        <p className="text-xs text-ink-2">{scopes.map(scopeWords).join(' · ')}</p>
        <p className="text-xs text-ink-3">
          {t('list.madeBy', { name: madeBy })} · {lastUsedAt ? t('list.used') : t('list.neverUsed')}{' '}
          {lastUsedAt && <TimeAgo at={lastUsedAt} />}
          {expiresAt && (
            <>
              {' · '}
              {t('list.expires')} <TimeAgo at={expiresAt} />
            </>
          )}
        </p>
      </div>
      <Button
        size="small"
        kind="danger"
        disabled={revoke.isPending}
        aria-label={t('revoke.open', { name })}
        onClick={() => setAsking(true)}
      >
        {t('revoke.do')}
      </Button>
      {asking && (
        <ConfirmDialog
          title={t('revoke.title', { name })}
          about={t('revoke.about')}
          action={t('revoke.do')}
          onClose={() => setAsking(false)}
          onDo={() =>
            revoke.mutate(id, {
              onSuccess: () => toast({ text: t('revoke.done', { name }) }),
              onError: (error) => toast({ text: t('revoke.failed', { name, why: words(error) }), failed: true }),
            })
          }
        />
      )}
    </Row>
  )
}
