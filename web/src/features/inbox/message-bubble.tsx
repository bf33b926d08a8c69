import { useTranslation } from 'react-i18next'
import type { Message } from '../../api/types'
import { useMay, useSession } from '../../api/use-session'
import { AiMark } from '../../ui/ai-mark'
import { Avatar } from '../../ui/avatar'
import { Bubble } from '../../ui/bubble'
import { ClockTime } from '../../ui/clock-time'
import { Icon } from '../../ui/icon'
import { Ticks } from '../../ui/ticks'
import { Before, Quoted, Reactions } from './about-message'
import { FileBox } from './file-box'
import { kindIcon } from './kind-icon'
import { callOf, cardsOf, forwardedOf, heldBackOf, placeOf, referralOf, templateOf } from './payload'
import { useSendAgain } from './queries'
import { SentTemplate } from './sent-template'
import { CallLine, CardList, PlaceCard, ReferralNote } from './shared-things'
import { useCodeWords } from './use-code-words'
import { useInbox } from './use-inbox'
import { WentWrong } from './went-wrong'

type Props = { message: Message }

/** Something said by the customer, the AI or a colleague. */
export function MessageBubble({ message: m }: Props) {
  const { t } = useTranslation('inbox')
  const { why, change } = useInbox()
  const failed = m.status === 'failed' || m.status === 'unknown'
  const isOurs = ours(m)
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
        by={isOurs && <Speaker message={m} />}
        with={
          <>
            <Quoted message={m} />
            <Attached message={m} />
          </>
        }
        text={textOf(m)}
        at={
          <>
            {m.editedAt !== null && m.deletedAt === null && <span>{t('edited.mark')}</span>}
            <ClockTime at={m.at} />
            {isOurs && (
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
      <Reactions message={m} />
      <Before message={m} />
      {failed && <Failure message={m} />}
    </div>
  )
}

// Cards and places say in a form of their own what their text says, too; what was taken back says nothing.
function textOf(m: Message): string {
  const ownForm =
    m.deletedAt !== null ||
    m.kind === 'location' ||
    m.kind === 'contacts' ||
    m.kind === 'reaction' ||
    templateOf(m.payload) !== undefined
  return ownForm ? '' : m.text
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
  const { t } = useTranslation('inbox')
  const words = useCodeWords()
  if (m.deletedAt !== null) return <em className="text-ink-2">{t(ours(m) ? 'deleted.ours' : 'deleted.customer')}</em>
  const forwarded = forwardedOf(m.payload)
  const referral = referralOf(m.payload)
  return (
    <>
      {forwarded && <span className="block text-2xs font-semibold">{t(`forwarded.${forwarded}`)}</span>}
      {referral && <ReferralNote referral={referral} />}
      <Form message={m} words={words} />
    </>
  )
}

const ours = (m: Message) => m.sender === 'ai' || m.sender === 'agent'

function Form({ message: m, words }: Props & { words: ReturnType<typeof useCodeWords> }) {
  const place = placeOf(m.payload)
  const sent = templateOf(m.payload)
  switch (m.kind) {
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker':
      return <FileBox message={m} />
    case 'template':
      return sent ? <SentTemplate message={m} sent={sent} /> : <Named message={m} words={words} />
    case 'location':
      return place ? <PlaceCard place={place} /> : <Named message={m} words={words} />
    case 'contacts':
      return <CardList cards={cardsOf(m.payload)} />
    case 'call':
      return <CallLine call={callOf(m.payload)} />
    case 'reaction':
    case 'edit':
    case 'revoke':
      return <Orphan message={m} />
    case 'unsupported':
    case 'unknown':
      return <HeldBack message={m} words={words} />
    default:
      return <Named message={m} words={words} />
  }
}

function Named({ message: m, words }: Props & { words: ReturnType<typeof useCodeWords> }) {
  const icon = kindIcon(m.kind)
  if (!icon) return m.text === '' ? <span className="text-ink-2">{words('kind', m.kind)}</span> : null
  return (
    <span className="flex items-center gap-2 font-medium">
      <Icon as={icon} size={16} />
      {words('kind', m.kind)}
    </span>
  )
}

/** Something said about a message that is not here. */
function Orphan({ message: m }: Props) {
  const { t } = useTranslation('inbox')
  if (m.kind === 'edit') return <span className="block text-2xs font-semibold">{t('orphan.edit')}</span>
  if (m.kind === 'revoke') return <span className="text-ink-2">{t('orphan.revoke')}</span>
  return <span>{m.text === '' ? t('orphan.unreact') : t('orphan.react', { emoji: m.text })}</span>
}

/** What WhatsApp did not pass on: what it was, as far as it says, and what to do about it. */
function HeldBack({ message: m, words }: Props & { words: ReturnType<typeof useCodeWords> }) {
  const { t } = useTranslation('inbox')
  const { type, code } = heldBackOf(m.payload)
  const todo = code === 131052 ? t('heldBack.tooLarge') : code === 131060 ? t('heldBack.again') : ''
  return (
    <span className="text-ink-2">
      {type ? words('heldBackType', type) : words('kind', m.kind)}
      {todo && ` ${todo}`}
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
