import clsx from 'clsx'
import type { ReactNode } from 'react'

const kinds = {
  neutral: 'bg-hover text-ink-2',
  ai: 'bg-ai-soft text-ai-text',
  people: 'bg-accent-soft text-accent-text',
  warn: 'bg-warn-soft text-warn-text',
  danger: 'bg-danger-soft text-danger-text',
  good: 'bg-good-soft text-good-text',
}

type Props = { kind?: keyof typeof kinds; children: ReactNode }

/** A small fact about the thing beside it. */
export function Tag({ kind = 'neutral', children }: Props) {
  return (
    <span
      className={clsx(
        'inline-flex h-5 shrink-0 items-center gap-1 rounded-chip px-1.5 text-2xs font-medium',
        kinds[kind],
      )}
    >
      {children}
    </span>
  )
}
