import { getRouteApi } from '@tanstack/react-router'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Template } from '../../api/types'
import { useChannels } from '../../api/use-channels'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { useReadTemplates, useTemplates } from '../../api/use-templates'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { RowsSkeleton, Rows } from '../../ui/rows'
import { Section } from '../../ui/section'
import { SelectField } from '../../ui/select-field'
import { SettingsPage } from '../../ui/settings-page'
import { Tag } from '../../ui/tag'
import { TemplateCard } from '../../ui/template-card'
import { TimeAgo } from '../../ui/time-ago'

const route = getRouteApi('/signed-in/settings/templates')

/** The texts Meta has approved for a number, as they were when they were last read. */
export function TemplatesPage() {
  const { t } = useTranslation('numbers')
  const channels = useChannels()
  const wanted = route.useSearch().channel
  const navigate = route.useNavigate()
  const all = channels.data ?? []
  const channelId =
    all.find(({ id }) => id === wanted)?.id ?? all.find(({ kind }) => kind === 'whatsapp')?.id ?? all[0]?.id ?? ''
  return (
    <SettingsPage title={t('templates.title')}>
      <Section title={t('templates.title')} about={t('templates.about')}>
        {all.length > 1 && (
          <SelectField
            label={t('templates.number')}
            value={channelId}
            options={all.map(({ id, name }) => ({ value: id, name }))}
            onChange={(channel) => void navigate({ search: { channel }, replace: true })}
          />
        )}
        {channels.isPending ? <RowsSkeleton /> : channelId ? <List channelId={channelId} /> : <p>{t('list.none')}</p>}
      </Section>
    </SettingsPage>
  )
}

function List({ channelId }: { channelId: string }) {
  const { t } = useTranslation('numbers')
  const words = useProblemWords()
  const may = useMay('conversations:reply')
  const list = useTemplates(channelId, true)
  const read = useReadTemplates(channelId)
  if (list.isPending) return <RowsSkeleton />
  if (list.isError) {
    return (
      <ErrorBox
        title={t('templates.failed')}
        action={{ name: t('tryAgain', { ns: 'common' }), run: () => void list.refetch() }}
      >
        {words(list.error)}
      </ErrorBox>
    )
  }
  const { items, reading, readAt, failure } = list.data
  const button = may && (
    <Button size="small" onClick={() => read.mutate()} disabled={reading || read.isPending}>
      <Icon as={RefreshCw} size={14} />
      {reading ? t('templates.reading') : t('templates.read')}
    </Button>
  )
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 text-xs text-ink-3" role="status">
        <span>
          {readAt ? t('templates.readAt') : t('templates.neverRead')} <TimeAgo at={readAt} />
        </span>
        {items.length > 0 && button}
      </div>
      {failure && <ErrorBox title={t('templates.readFailed')}>{failure}</ErrorBox>}
      {read.isError && <ErrorBox title={t('templates.readFailed')}>{words(read.error)}</ErrorBox>}
      {items.length === 0 ? (
        <EmptyState title={t('templates.none')} action={button}>
          {t('templates.noneAbout')}
        </EmptyState>
      ) : (
        <Rows name={t('templates.title')}>
          {items.map((one) => (
            <TemplateRow key={one.id} template={one} />
          ))}
        </Rows>
      )}
    </>
  )
}

function TemplateRow({ template: one }: { template: Template }) {
  const { t } = useTranslation('numbers')
  const [open, setOpen] = useState(false)
  return (
    <li className="px-3 py-2 not-first:border-t not-first:border-line">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="grid touch w-full grid-cols-1 gap-0.5 rounded-chip text-start"
      >
        <span className="flex flex-wrap items-center gap-2 font-medium">
          <bdi className="wrap-anywhere">{one.name}</bdi>
          <Tag>{one.language}</Tag>
          <Tag>{t(`category.${categoryOf(one.category)}`)}</Tag>
          <Status template={one} />
        </span>
        {!open && (
          <span dir="auto" className="truncate text-xs text-ink-2">
            {one.body}
          </span>
        )}
      </button>
      {!one.sendable && one.unsendable && <p className="text-xs text-ink-2">{one.unsendable}</p>}
      {one.reason && <p className="text-xs text-danger-text">{t('templates.reason', { reason: plain(one.reason) })}</p>}
      {open && (
        <div className="pt-2">
          <TemplateCard
            name={one.name}
            header={one.headerKind === 'text' ? one.header : undefined}
            body={one.body}
            footer={one.footer}
            buttons={one.buttons}
          />
        </div>
      )}
    </li>
  )
}

function Status({ template: one }: { template: Template }) {
  const { t } = useTranslation('numbers')
  if (one.removedAt) return <Tag>{t('templates.removed')}</Tag>
  switch (one.status) {
    case 'APPROVED':
      return <Tag kind="good">{t('templates.approved')}</Tag>
    case 'PENDING':
    case 'IN_APPEAL':
      return <Tag kind="warn">{t('templates.pending')}</Tag>
    case 'REJECTED':
      return <Tag kind="danger">{t('templates.rejected')}</Tag>
    case 'PAUSED':
      return <Tag kind="warn">{t('templates.paused')}</Tag>
    case 'DISABLED':
      return <Tag kind="danger">{t('templates.disabled')}</Tag>
    default:
      return <Tag>{plain(one.status)}</Tag>
  }
}

const plain = (word: string) => word.replaceAll('_', ' ').toLowerCase()

function categoryOf(word: string): 'marketing' | 'utility' | 'authentication' | 'other' {
  const known = plain(word)
  return known === 'marketing' || known === 'utility' || known === 'authentication' ? known : 'other'
}
