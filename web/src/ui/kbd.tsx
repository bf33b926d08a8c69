import clsx from 'clsx'
import type { ReactNode } from 'react'

type Props = { children: ReactNode; className?: string | undefined }

/** A key, where there is a keyboard. Screen readers are told by aria-keyshortcuts instead. */
export function Kbd({ children, className }: Props) {
  return (
    <kbd
      aria-hidden="true"
      className={clsx(
        'inline-block min-w-4 rounded-chip border px-1 text-center font-sans text-2xs font-medium max-md:hidden',
        className ?? 'border-line-strong bg-surface text-ink-3',
      )}
    >
      {children}
    </kbd>
  )
}
