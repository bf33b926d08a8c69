import clsx from 'clsx'
import type { ComponentProps } from 'react'

type Props = Omit<ComponentProps<'button'>, 'aria-label'> & {
  /** Its name, for screen readers and on hover. */
  name: string
}

/** A button that is only an icon. */
export function IconButton({ name, className, type = 'button', ...rest }: Props) {
  return (
    <button
      type={type}
      aria-label={name}
      title={name}
      className={clsx(
        'inline-grid size-8 touch shrink-0 place-items-center rounded-control text-ink-2 transition-colors hover:bg-hover disabled:text-ink-3',
        className,
      )}
      {...rest}
    />
  )
}
