import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../api/types'
import { SaidText } from '../../ui/said-text'
import { useCodeWords } from './use-code-words'

type Props = { message: Message }

/** What a message replies to. */
export function Quoted({ message: { quote } }: Props) {
  const { t } = useTranslation('inbox')
  const words = useCodeWords()
  if (!quote) return null
  const who =
    quote.sender === 'customer'
      ? t('thread.customer')
      : quote.sender === 'ai'
        ? t('ai', { ns: 'common' })
        : t('quote.us')
  const said =
    quote.id === '' ? t('quote.gone') : quote.deleted ? t('deleted.short') : quote.text || words('kind', quote.kind)
  return (
    <blockquote className="mb-1 border-s-2 border-current/40 ps-2 text-sm">
      {quote.id !== '' && <span className="block text-2xs font-semibold">{who}</span>}
      <span dir="auto" className="line-clamp-3 wrap-anywhere">
        {said}
      </span>
    </blockquote>
  )
}

/** The emojis on a message. */
export function Reactions({ message: m }: Props) {
  const { t } = useTranslation('inbox')
  if (m.reactions.length === 0) return null
  return (
    <ul className={clsx('-mt-2 flex gap-1 px-2', m.sender === 'customer' ? 'self-start' : 'self-end')}>
      {m.reactions.map((r) => (
        <li
          key={r.by}
          title={r.by === 'customer' ? t('thread.customer') : t('quote.us')}
          className="rounded-full border border-line bg-raised px-1.5 text-sm shadow-low"
        >
          <span className="sr-only">{r.by === 'customer' ? t('reaction.customer') : t('reaction.us')} </span>
          {r.emoji}
        </li>
      ))}
    </ul>
  )
}

/** What a message said before it was edited, or taken back; folded away. */
export function Before({ message: m }: Props) {
  const { t } = useTranslation('inbox')
  const deleted = m.deletedAt !== null
  if (!deleted && m.wordings.length === 0) return null
  return (
    <details className={clsx('text-xs text-ink-3', m.sender === 'customer' ? 'self-start' : 'self-end text-end')}>
      <summary className="touch-around cursor-pointer rounded-chip">
        {deleted ? t('deleted.show') : t('edited.show')}
      </summary>
      <div className="mt-1 flex flex-col gap-1">
        {m.wordings.map((w) => (
          <SaidText key={w.till} text={w.text} />
        ))}
        {deleted && m.text !== '' && <SaidText text={m.text} />}
      </div>
    </details>
  )
}
