import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation, Message } from '../../api/types'
import { dayName } from '../../lib/time'
import { useNow } from '../../lib/use-now'
import { MessageBubble } from './message-bubble'
import { NoteCard } from './note-card'
import { SuggestionCard } from './suggestion-card'
import { SystemLine } from './system-line'
import type { Line } from './thread-lines'

type Props = {
  line: Line
  conversation: Conversation
  /** Whether it is what was searched for. */
  found: boolean
}

/** One line of a thread: a divider, or whatever was said. */
export const ThreadLine = memo(function ThreadLine({ line, conversation, found }: Props) {
  switch (line.type) {
    case 'day':
      return <DayPill at={line.at} />
    case 'unread':
      return <NewDivider count={line.count} />
    case 'message':
      return found ? (
        <div
          data-found
          aria-current="true"
          className="flex flex-col rounded-bubble bg-warn-soft py-1 outline-4 outline-warn-soft"
        >
          <Said message={line.message} conversation={conversation} />
        </div>
      ) : (
        <Said message={line.message} conversation={conversation} />
      )
  }
})

function Said({ message, conversation }: { message: Message; conversation: Conversation }) {
  switch (message.kind) {
    case 'note':
      return <NoteCard author={message.authorName} text={message.text} at={message.at} />
    case 'event':
      return <SystemLine message={message} conversation={conversation} />
    case 'suggestion':
      return <SuggestionCard message={message} conversation={conversation} />
    default:
      return <MessageBubble message={message} />
  }
}

function DayPill({ at }: { at: number }) {
  const { i18n } = useTranslation()
  const now = useNow()
  return (
    <p className="self-center rounded-full border border-line bg-surface px-2.5 py-px text-2xs font-medium text-ink-2">
      {dayName(at, now, i18n.language)}
    </p>
  )
}

function NewDivider({ count }: { count: number }) {
  const { t } = useTranslation('inbox')
  return (
    <p className="flex items-center gap-3 text-2xs font-semibold text-accent-text before:h-px before:grow before:bg-accent-line after:h-px after:grow after:bg-accent-line">
      {t('thread.new', { count })}
    </p>
  )
}
