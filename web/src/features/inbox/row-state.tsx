import { Check, CircleAlert, CircleHelp, Clock, CornerUpRight, UserRound, type LucideIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useSession } from '../../api/use-session'
import { millis, span, spanToMinute } from '../../lib/time'
import { useNow } from '../../lib/use-now'
import { AiMark } from '../../ui/ai-mark'
import { Icon } from '../../ui/icon'
import { useCodeWords } from './use-code-words'
import { useInbox } from './use-inbox'

const soonMs = 4 * 3_600_000 // a window that closes within this is worth a word
const longMs = 5 * 60_000 // a customer who waits for a person longer than this, too

type Props = { conversation: Conversation }

/** The third line of a row: what is to be done about it, and who has it. Nothing when all is well. */
export function RowState({ conversation: c }: Props) {
  const { t } = useTranslation('inbox')
  const me = useSession()?.user.id
  const state = useRowState(c)
  const who = !c.assigneeName ? '' : c.assigneeId === me ? t('you', { ns: 'common' }) : c.assigneeName
  const nobody = c.handoff !== null && !c.assigneeId && c.handler === 'human'
  if (!state && !who) return null
  return (
    <span className="mt-1 flex items-center gap-2 text-2xs text-ink-3">
      {state}
      {who && (
        <span className="ms-auto inline-flex shrink-0 items-center gap-1">
          <Icon as={UserRound} size={12} />
          <bdi>{who}</bdi>
        </span>
      )}
      {nobody && <span className="ms-auto shrink-0">{t('row.nobody')}</span>}
    </span>
  )
}

function useRowState(c: Conversation) {
  const { t, i18n } = useTranslation('inbox')
  const words = useCodeWords()
  const now = useNow()
  const { q } = useInbox()
  if (c.status === 'closed') return q ? <Fact kind="quiet" icon={Check} text={t('row.closed')} /> : undefined
  if (c.problem === 'unknown') return <Fact kind="danger" icon={CircleHelp} text={t('row.unknown')} />
  if (c.problem) return <Fact kind="danger" icon={CircleAlert} text={t('row.failed')} />
  if (c.answering) return <Fact kind="ai" text={t('row.answering')} />
  if (c.handoff && !c.assigneeId && c.handler === 'human') {
    return (
      <Fact kind="warn" icon={CornerUpRight} text={t('handedOff', { reason: words('reason', c.handoff.reason) })} />
    )
  }
  const waited = now - millis(c.lastMessage.at)
  if (c.handler === 'human' && c.lastMessage.sender === 'customer' && waited > longMs) {
    return <Fact kind="warn" icon={Clock} text={t('row.waiting', { time: span(waited, i18n.language) })} />
  }
  const left = millis(c.windowUntil) - now
  if (left > 0 && left < soonMs) {
    return <Fact kind="warn" icon={Clock} text={t('row.window', { time: spanToMinute(left, i18n.language) })} />
  }
  return undefined
}

const colors = { quiet: 'text-ink-2', danger: 'text-danger-text', warn: 'text-warn-text', ai: 'text-ai-text' }

type FactProps = { kind: keyof typeof colors; icon?: LucideIcon; text: string }

function Fact({ kind, icon, text }: FactProps) {
  return (
    <span className={`inline-flex min-w-0 items-center gap-1 font-medium ${colors[kind]}`}>
      {icon ? <Icon as={icon} size={12} /> : <AiMark size={12} className="" />}
      <span className="truncate">{text}</span>
    </span>
  )
}
