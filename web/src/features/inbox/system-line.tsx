import { CornerUpRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Conversation, Message } from '../../api/types'
import { dayAndTime } from '../../lib/snooze-times'
import { millis } from '../../lib/time'
import { ClockTime } from '../../ui/clock-time'
import { Icon } from '../../ui/icon'
import { useCodeWords } from './use-code-words'

type Props = { message: Message; conversation: Conversation }

/** Something that happened: taken over, handed back, closed; a hand-off says why. */
export function SystemLine({ message: m, conversation }: Props) {
  const { t, i18n } = useTranslation('inbox')
  const words = useCodeWords()
  const { reason, summary } = detailOf(m.payload)
  if (m.text === 'handed_off') {
    const said = summary || (conversation.handoff?.reason === reason ? conversation.handoff.summary : '')
    return (
      <div className="flex gap-3 rounded-card border border-line bg-surface px-3 py-2 text-xs text-ink-2">
        <Icon as={CornerUpRight} size={16} className="flip text-ink-3" />
        <div className="min-w-0">
          <p>
            <strong className="font-semibold text-ink">
              {t('system.handedOff', { reason: words('reason', reason) })}
            </strong>
            <span className="text-ink-3">
              {' · '}
              <ClockTime at={m.at} />
            </span>
          </p>
          {said && <p dir="auto">{said}</p>}
        </div>
      </div>
    )
  }
  const name = m.authorName
  // What was snoozed says until when.
  const until = m.text === 'snoozed' ? millis(reason) : NaN
  const detail = Number.isNaN(until) ? reason : dayAndTime(until, i18n.language)
  return (
    <p className="self-center text-center text-xs text-ink-3">
      {name && <bdi>{name} </bdi>}
      {words(name ? 'event' : 'eventAlone', m.text, { detail })}
      {' · '}
      <ClockTime at={m.at} />
    </p>
  )
}

type Detail = { reason: string; summary: string }

function detailOf(payload: unknown): Detail {
  const { detail, summary } = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<
    string,
    unknown
  >
  return { reason: typeof detail === 'string' ? detail : '', summary: typeof summary === 'string' ? summary : '' }
}
