import clsx from 'clsx'
import type { ReactNode } from 'react'
import { SaidText } from './said-text'

const speakers = {
  customer: 'self-start rounded-es-chip border-customer-line bg-customer',
  ai: 'self-end rounded-ee-chip border-ai-line bg-ai-soft',
  agent: 'self-end rounded-ee-chip border-transparent bg-agent text-on-agent',
  failed: 'self-end rounded-ee-chip border-danger-line bg-surface',
}

const quiet = {
  customer: 'text-ink-3',
  ai: 'text-ink-2',
  agent: 'text-on-agent-2',
  failed: 'text-danger-text',
}

type Props = {
  speaker: keyof typeof speakers
  text: string
  /** What a screen reader calls it. */
  name: string
  /** Who says it, above the words. */
  by?: ReactNode
  /** What came with the words: a picture, a file. */
  with?: ReactNode
  /** When, and how far it came; after the last word, or at the start of the line that `more` makes. */
  at?: ReactNode
  /** What else can be done with it, on a line of its own. */
  more?: ReactNode
  /** Whether something beside it speaks of this bubble. */
  lit?: boolean
}

/** Something said: the customer's on the left, ours on the right. */
export function Bubble({ speaker, text, name, by, with: attached, at, more, lit = false }: Props) {
  const after =
    at && !more ? <span className={clsx('inline-flex items-center gap-1', quiet[speaker])}>{at}</span> : undefined
  return (
    <article
      aria-label={name}
      className={clsx(
        'flow-root w-fit max-w-[min(520px,88%)] rounded-bubble border px-3 py-2 text-md',
        speakers[speaker],
        lit && 'outline-2 outline-offset-2 outline-ai',
      )}
    >
      {by && (
        <header
          className={clsx(
            'mb-0.5 flex items-center gap-1.5 text-2xs font-semibold',
            speaker === 'ai' ? 'text-ai-text' : speaker === 'agent' ? 'text-on-agent-2' : 'text-ink-2',
          )}
        >
          {by}
        </header>
      )}
      {attached}
      {(text !== '' || after) && <SaidText text={text} after={after} />}
      {more && (
        <footer className={clsx('mt-1 flex items-center gap-1 text-2xs', quiet[speaker])}>
          {at}
          <span className="ms-auto inline-flex gap-3 ps-4">{more}</span>
        </footer>
      )}
    </article>
  )
}
