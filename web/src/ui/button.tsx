import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'

const look = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap transition-colors disabled:border-line disabled:bg-sunken disabled:text-ink-3 disabled:shadow-none aria-disabled:opacity-70',
  {
    variants: {
      kind: {
        normal: 'border-line-strong bg-surface text-ink shadow-low enabled:hover:bg-hover',
        primary: 'border-accent bg-accent text-on-accent shadow-low enabled:hover:bg-accent-hover',
        ghost: 'border-transparent text-ink-2 hover:bg-hover',
        danger: 'border-line-strong bg-surface text-danger-text shadow-low enabled:hover:bg-danger-soft',
        destroy: 'border-danger bg-danger text-on-danger shadow-low enabled:hover:opacity-90',
      },
      size: {
        small: 'h-7 px-2 text-xs max-sm:h-9',
        medium: 'h-8 px-3 text-sm max-sm:h-11',
        large: 'h-10 px-4 text-md max-sm:h-11',
      },
    },
    defaultVariants: { kind: 'normal', size: 'medium' },
  },
)

type Props = ComponentProps<'button'> & VariantProps<typeof look>

/** What a button looks like, for links that act as one. */
export const buttonLook = look

/** A button; one primary per pane. */
export function Button({ kind, size, className, type = 'button', ...rest }: Props) {
  return <button type={type} className={look({ kind, size, className })} {...rest} />
}
