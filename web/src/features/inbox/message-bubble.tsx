import { useTranslation } from 'react-i18next'
import type { Message } from '../../api/types'
import { useMay, useSession } from '../../api/use-session'
import { AiMark } from '../../ui/ai-mark'
import { Avatar } from '../../ui/avatar'
import { Bubble } from '../../ui/bubble'
import { ClockTime } from '../../ui/clock-time'
import { Icon } from '../../ui/icon'
import { Ticks } from '../../ui/ticks'
import { kindIcon } from './kind-icon'
import { useSendAgain } from './queries'
import { useCodeWords } from './use-code-words'
import { useInbox } from './use-inbox'
import { WentWrong } from './went-wrong'

type Props = { message: Message }

/** Something said by the customer, the AI or a colleague. */
export function MessageBubble({ message: m }: Props) {
  const { t } = useTranslation('inbox')
  const { why, change } = useInbox()
  const failed = m.status === 'failed' || m.status === 'unknown'
  const ours = m.sender === 'ai' || m.sender === 'agent'
  const speaker = failed ? 'failed' : m.sender === 'ai' ? 'ai' : m.sender === 'agent' ? 'agent' : 'customer'
  const name =
    m.sender === 'ai' ? t('ai', { ns: 'common' }) : m.sender === 'agent' ? m.authorName : t('thread.customer')
  const toggleWhy = () => change({ why: why === m.id ? undefined : m.id })
  return (
    <div className="flex flex-col gap-1">
      <Bubble
        speaker={speaker}
        name={name}
        lit={why === m.id}
        by={ours && <Speaker message={m} />}
        with={<Attached message={m} />}
        text={m.text}
        at={
          <>
            <ClockTime at={m.at} />
            {ours && (
              <Ticks station={m.status} readColor={speaker === 'agent' ? 'text-on-agent' : 'text-accent-text'} />
            )}
          </>
        }
        more={
          m.traced && (
            <button
              type="button"
              aria-expanded={why === m.id}
              onClick={toggleWhy}
              className="touch-around rounded-chip text-2xs font-medium text-ai-text hover:underline"
            >
              {t('why.link')}
            </button>
          )
        }
      />
      {failed && <Failure message={m} />}
    </div>
  )
}

function Speaker({ message: m }: Props) {
  const { t } = useTranslation()
  const me = useSession()?.user.id
  if (m.sender === 'ai') {
    return (
      <>
        <AiMark size={14} />
        {t('ai')}
      </>
    )
  }
  return (
    <>
      <Avatar name={m.authorName} size="tiny" />
      <bdi>{m.authorId === me ? t('you') : m.authorName}</bdi>
    </>
  )
}

function Attached({ message: m }: Props) {
  const words = useCodeWords()
  const icon = kindIcon(m.kind)
  if (!icon) return m.text === '' ? <span className="text-ink-2">{words('kind', m.kind)}</span> : null
  return (
    <span className="flex items-center gap-2 font-medium">
      <Icon as={icon} size={16} />
      {words('kind', m.kind)}
    </span>
  )
}

function Failure({ message: m }: Props) {
  const { t } = useTranslation('inbox')
  const may = useMay('conversations:reply')
  const again = useSendAgain(m.conversationId)
  const unknown = m.status === 'unknown'
  const about = [m.error?.text, m.error?.todo].filter(Boolean).join(' ')
  return (
    <WentWrong
      title={unknown ? t('failed.unknown') : t('failed.notDelivered')}
      about={about}
      code={m.error?.code ? t('failed.code', { code: m.error.code }) : undefined}
      action={
        may
          ? {
              name: unknown ? t('failed.sendAgain') : t('failed.retry'),
              run: () => again.mutate(m.id),
              busy: again.isPending,
            }
          : undefined
      }
    />
  )
}
