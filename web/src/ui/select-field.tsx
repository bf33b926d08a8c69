import { useId } from 'react'

type Props<T extends string> = {
  label: string
  value: T
  options: readonly { value: T; name: string }[]
  onChange: (value: T) => void
  /** What is wrong with it, in words. */
  problem?: string | undefined
  hint?: string
  disabled?: boolean
}

/** One of many, with its label. */
export function SelectField<T extends string>({
  label,
  value,
  options,
  onChange,
  problem,
  hint,
  disabled = false,
}: Props<T>) {
  const id = useId()
  const said = problem ?? hint
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-invalid={problem ? true : undefined}
        aria-describedby={said ? `${id}-said` : undefined}
        onChange={(event) => onChange(event.target.value as T)}
        className="h-10 w-full max-w-full rounded-control border border-line-strong bg-surface px-2 text-md disabled:text-ink-3 max-sm:h-11 max-sm:text-lg"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
      {said && (
        <p id={`${id}-said`} className={problem ? 'text-xs text-danger-text' : 'text-xs text-ink-3'}>
          {said}
        </p>
      )}
    </div>
  )
}
