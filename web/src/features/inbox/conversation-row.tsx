import { Link } from '@tanstack/react-router'
import clsx from 'clsx'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { AiMark } from '../../ui/ai-mark'
import { Avatar } from '../../ui/avatar'
import { CountBadge } from '../../ui/count-badge'
import { Marked } from '../../ui/marked'
import { TimeAgo } from '../../ui/time-ago'
import { contactName } from './contact-name'
import { LastWord } from './last-word'
import { RowColleagues } from './row-colleagues'
import { RowLabels } from './row-labels'
import { RowState } from './row-state'
import { useInbox } from './use-inbox'

type Props = {
  conversation: Conversation
  open: boolean
  selected: boolean
  /** Whether anything is selected: then every row shows its box. */
  selecting: boolean
  /** Selects it or not; with shift, all from the last one. Undefined for who may only read. */
  onSelect: ((id: string, range: boolean) => void) | undefined
}

/** One conversation in the list: who, the last word, who has it, and what is to be done. */
export const ConversationRow = memo(function ConversationRow({
  conversation: c,
  open,
  selected,
  selecting,
  onSelect,
}: Props) {
  const { t } = useTranslation('inbox')
  const name = contactName(c.contact)
  const unread = c.unread > 0
  return (
    <>
      <Link
        to="/inbox/$conversationId"
        params={{ conversationId: c.id }}
        search={({ why: _why, at: _at, ...rest }) => (c.found ? { ...rest, at: c.found.seq } : rest)}
        activeOptions={{ exact: true, includeSearch: false }}
        className={clsx(
          'relative flex gap-3 border-b border-line px-4 py-2 focus-inside transition-colors',
          open
            ? 'bg-selected before:absolute before:inset-y-0 before:start-0 before:w-0.75 before:bg-accent'
            : 'hover:bg-hover',
        )}
      >
        <span className="relative h-fit shrink-0">
          <Avatar name={c.contact.name || c.contact.username} size="row" />
          <HandlerMark conversation={c} open={open} />
        </span>
        <span className="min-w-0 grow">
          <span className="flex items-baseline gap-2">
            <span className={clsx('truncate', unread ? 'font-semibold' : 'font-medium')}>
              <bdi>{name || t('contact.unknown')}</bdi>
            </span>
            <TimeAgo at={c.lastMessage.at} className="ms-auto shrink-0 text-2xs text-ink-3 tabular-nums" />
          </span>
          <span className={clsx('flex h-5 items-center gap-1.5', unread ? 'font-medium text-ink' : 'text-ink-2')}>
            {c.found ? <FoundWords text={c.found.text} /> : <LastWord message={c.lastMessage} />}
            <CountBadge count={c.unread} name={t('row.unread', { count: c.unread })} />
          </span>
          <span className="flex min-w-0 items-center gap-2">
            <span className="min-w-0 grow">
              <RowState conversation={c} />
            </span>
            <RowColleagues conversationId={c.id} />
            <RowLabels labels={c.labels} />
          </span>
        </span>
      </Link>
      {onSelect && (
        <input
          type="checkbox"
          aria-label={t('bulk.select', { name: name || t('contact.unknown') })}
          aria-keyshortcuts="x"
          checked={selected}
          onChange={(event) => onSelect(c.id, (event.nativeEvent as MouseEvent).shiftKey)}
          className={clsx(
            'absolute start-1 top-1 z-10 size-5 accent-accent',
            !selecting && 'opacity-0 group-hover:opacity-100 focus:opacity-100',
          )}
        />
      )}
    </>
  )
})

/** The line of a message that a search found. */
function FoundWords({ text }: { text: string }) {
  const { q } = useInbox()
  return (
    <span dir="auto" className="min-w-0 grow truncate">
      <Marked text={text} typed={q} />
    </span>
  )
}

function HandlerMark({ conversation: c, open }: Pick<Props, 'conversation' | 'open'>) {
  const { t } = useTranslation('inbox')
  const place = clsx(
    'absolute -end-1 -bottom-1 grid size-4.5 place-items-center rounded-full',
    open ? 'bg-selected' : 'bg-surface',
  )
  if (c.handler === 'ai') {
    return (
      <span role="img" aria-label={t('row.byAi')} title={t('row.byAi')} className={place}>
        <AiMark size={14} />
      </span>
    )
  }
  if (!c.assigneeName) return null
  const by = t('row.byPerson', { name: c.assigneeName })
  return (
    <span role="img" aria-label={by} title={by} className={place}>
      <Avatar name={c.assigneeName} size="tiny" me />
    </span>
  )
}
