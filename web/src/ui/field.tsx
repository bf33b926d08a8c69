import clsx from 'clsx'
import { useId, type ComponentProps, type ReactNode } from 'react'

type Props = Omit<ComponentProps<'input'>, 'id' | 'className'> & {
  label: string
  /** What is wrong with it, in words. */
  problem?: string | undefined
  hint?: ReactNode
  /** What stands at the end, inside the box. */
  end?: ReactNode
}

/** A line of text with its label, hint and problem. */
export function Field({ label, problem, hint, end, ...input }: Props) {
  const id = useId()
  const said = problem ?? hint
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        {label}
      </label>
      <div
        className={clsx(
          'flex h-10 items-center rounded-control border bg-surface has-focus:outline-2 has-focus:-outline-offset-1 has-focus:outline-focus max-sm:h-11',
          problem ? 'border-danger' : 'border-line-strong',
        )}
      >
        <input
          id={id}
          aria-invalid={problem ? true : undefined}
          aria-describedby={said ? `${id}-said` : undefined}
          className="h-full min-w-0 grow rounded-control bg-transparent px-3 text-md outline-none max-sm:text-lg"
          {...input}
        />
        {end}
      </div>
      {said && (
        <p id={`${id}-said`} className={clsx('text-xs', problem ? 'text-danger-text' : 'text-ink-3')}>
          {said}
        </p>
      )}
    </div>
  )
}
