import clsx from 'clsx'
import { CircleAlert, Clock, CornerUpRight, UserRoundX } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay, useSession } from '../../api/use-session'
import { millis, span } from '../../lib/time'
import { useKeys } from '../../lib/use-keys'
import { useNow } from '../../lib/use-now'
import { AiMark } from '../../ui/ai-mark'
import { Avatar } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { Kbd } from '../../ui/kbd'
import { useToast } from '../../ui/use-toast'
import { useAct } from './queries'
import { situationOf, type Situation } from './situation'
import { useCodeWords } from './use-code-words'
import { UseTemplateButton } from './use-template-button'

const grounds: Record<Situation['is'], string> = {
  closed: 'bg-surface',
  windowClosed: 'bg-surface',
  answering: 'bg-ai-soft',
  ai: 'bg-ai-soft',
  handedOff: 'bg-warn-soft',
  mine: 'bg-surface',
  colleague: 'bg-surface',
  nobody: 'bg-surface',
}

type Props = { conversation: Conversation }

/** Who acts now, and the one next step. */
export function StateBar({ conversation: c }: Props) {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const toast = useToast()
  const me = useSession()?.user.id ?? ''
  const may = useMay('conversations:reply')
  const now = useNow()
  const act = useAct(c.id)
  const situation = situationOf(c, me, now)
  const { step } = situation
  const quiet = situation.is === 'mine' || situation.is === 'closed' || situation.is === 'windowClosed'
  const doIt = () =>
    step && may && act.mutate(step, { onError: (error) => toast({ text: words(error), failed: true }) })
  useKeys({ t: doIt })
  return (
    <div
      role="status"
      className={clsx(
        'flex min-h-11 shrink-0 items-center gap-2 border-t border-line px-6 py-1 max-md:px-3',
        grounds[situation.is],
      )}
    >
      <Sentence situation={situation} conversation={c} now={now} />
      {situation.is === 'windowClosed' && may && (
        <span className="ms-auto">
          <UseTemplateButton conversation={c} />
        </span>
      )}
      {step && may && (
        <Button
          size="small"
          kind={quiet ? 'normal' : 'primary'}
          onClick={doIt}
          disabled={act.isPending}
          aria-keyshortcuts="t"
          className={situation.is === 'windowClosed' ? undefined : 'ms-auto'}
        >
          {t(situation.is === 'handedOff' ? 'act.take' : `act.${step}`)}
          <Kbd className={quiet ? undefined : 'border-transparent bg-scrim text-on-accent'}>T</Kbd>
        </Button>
      )}
    </div>
  )
}

type SentenceProps = { situation: Situation; conversation: Conversation; now: number }

function Sentence({ situation, conversation: c, now }: SentenceProps) {
  const { t, i18n } = useTranslation('inbox')
  const words = useCodeWords()
  const me = useSession()?.user.name ?? ''
  const since = (instant: string | null) => span(Math.max(0, now - millis(instant)), i18n.language)
  switch (situation.is) {
    case 'closed':
      return (
        <Says
          mark={<Icon as={UserRoundX} size={16} className="text-ink-3" />}
          what={t('state.closed')}
          more={t('state.closedMore')}
        />
      )
    case 'windowClosed':
      return (
        <Says
          mark={<Icon as={Clock} size={16} className="text-ink-3" />}
          what={t('state.windowClosed', { time: since(c.windowUntil) })}
          more={t('state.windowClosedMore')}
        />
      )
    case 'handedOff':
      return (
        <Says
          mark={<Icon as={CornerUpRight} size={16} className="flip text-warn-text" />}
          what={t('state.handedOff', { reason: words('reason', c.handoff?.reason ?? '') })}
          more={t('state.handedOffMore', { time: since(c.handoff?.at ?? null) })}
        />
      )
    case 'answering':
      return <Says mark={<AiMark />} what={t('state.answering')} more={t('state.answeringMore')} />
    case 'ai':
      return <Says mark={<AiMark />} what={t(`state.ai.${c.mode}`)} more={t(`state.ai.${c.mode}More`)} />
    case 'mine':
      return (
        <Says
          mark={<Avatar name={me} size="small" me />}
          what={t('state.mine')}
          more={c.mode === 'off' ? t('state.mineOff') : t('state.mineMore')}
        />
      )
    case 'colleague':
      return (
        <Says
          mark={<Avatar name={c.assigneeName} size="small" />}
          what={t('state.colleague', { name: c.assigneeName })}
          more={t('state.colleagueMore')}
        />
      )
    case 'nobody':
      return (
        <Says
          mark={<Icon as={CircleAlert} size={16} className="text-warn-text" />}
          what={t('state.nobody')}
          more={t('state.nobodyMore')}
        />
      )
  }
}

type SaysProps = { mark: ReactNode; what: string; more: string }

function Says({ mark, what, more }: SaysProps) {
  return (
    <>
      {mark}
      <p className="min-w-0">
        <strong className="font-semibold">{what}</strong> <span className="text-ink-2 max-sm:hidden">{more}</span>
      </p>
    </>
  )
}
