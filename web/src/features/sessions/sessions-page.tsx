import { MonitorSmartphone } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemWords } from '../../api/use-problem-words'
import { useSignOut } from '../../api/use-sign-out'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { Row, Rows, RowsSkeleton } from '../../ui/rows'
import { Section } from '../../ui/section'
import { SettingsPage } from '../../ui/settings-page'
import { Tag } from '../../ui/tag'
import { TimeAgo } from '../../ui/time-ago'
import { useToast } from '../../ui/use-toast'
import { useEndSession, useSessions } from './queries'

/** Where one is signed in, and the way out of each. */
export function SessionsPage() {
  const { t } = useTranslation('sessions')
  const words = useProblemWords()
  const toast = useToast()
  const sessions = useSessions()
  const end = useEndSession()
  const signOut = useSignOut()
  const [leaving, setLeaving] = useState(false)
  const all = sessions.data
  const leave = () => {
    setLeaving(true)
    void signOut('everywhere').then((out) => !out && setLeaving(false))
  }
  const finish = (id: string, browser: string) =>
    end.mutate(id, {
      onSuccess: () => toast({ text: t('ended', { browser }) }),
      onError: (error) => toast({ text: t('notEnded', { browser, why: words(error) }), failed: true }),
    })
  return (
    <SettingsPage title={t('title')}>
      <Section title={t('list')} about={t('about')}>
        {sessions.isPending && <RowsSkeleton />}
        {sessions.isError && (
          <ErrorBox
            title={t('failed')}
            action={{ name: t('tryAgain', { ns: 'common' }), run: () => void sessions.refetch() }}
          >
            {words(sessions.error)}
          </ErrorBox>
        )}
        {all && (
          <Rows name={t('list')}>
            {all.map(({ id, browser: named, here, since, lastSeenAt }) => {
              const browser = named || t('unknown')
              return (
                <Row key={id}>
                  <Icon as={MonitorSmartphone} className="text-ink-3" />
                  <div className="min-w-0 grow">
                    <p className="truncate font-medium">{browser}</p>
                    <p className="text-xs text-ink-3">
                      {t('since')} <TimeAgo at={since} /> · {t('seen')} <TimeAgo at={lastSeenAt} />
                    </p>
                  </div>
                  {here ? (
                    <Tag kind="people">{t('here')}</Tag>
                  ) : (
                    <Button
                      size="small"
                      kind="danger"
                      disabled={end.isPending}
                      aria-label={t('endOf', { browser })}
                      onClick={() => finish(id, browser)}
                    >
                      {t('end')}
                    </Button>
                  )}
                </Row>
              )
            })}
          </Rows>
        )}
      </Section>
      <Section title={t('everywhere.title')} about={t('everywhere.about')}>
        <Button size="large" kind="danger" disabled={leaving} onClick={leave} className="justify-self-start">
          {t('everywhere.do')}
        </Button>
      </Section>
    </SettingsPage>
  )
}
