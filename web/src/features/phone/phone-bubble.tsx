import clsx from 'clsx'
import type { ReactNode } from 'react'
import { FormattedText } from './formatted-text'

type Props = {
  from: 'me' | 'business'
  text: string
  /** What a screen reader calls it. */
  name: string
  /** When, and how far it came. */
  at: ReactNode
}

/** Something said, as the customer sees it: their own on the right. */
export function PhoneBubble({ from, text, name, at }: Props) {
  return (
    <article
      aria-label={name}
      className={clsx(
        'flow-root w-fit max-w-[84%] rounded-[14px] border px-2.75 py-1.75 text-md',
        from === 'me'
          ? 'self-end rounded-ee-chip border-accent-line bg-selected'
          : 'self-start rounded-es-chip border-line bg-surface',
      )}
    >
      <div dir="auto" className="wrap-anywhere whitespace-pre-wrap">
        <FormattedText text={text} />
        <span
          dir="ltr"
          className="float-end ms-3 mt-1 -mb-0.5 inline-flex items-center gap-1 text-2xs whitespace-nowrap text-ink-2"
        >
          {at}
        </span>
      </div>
    </article>
  )
}
