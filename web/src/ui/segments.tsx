import { ToggleGroup } from 'radix-ui'

type Props<T extends string> = {
  name: string
  value: T
  options: readonly { value: T; name: string }[]
  onChange: (value: T) => void
}

/** One of two or three, side by side. */
export function Segments<T extends string>({ name, value, options, onChange }: Props<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={name}
      value={value}
      onValueChange={(v) => v && onChange(v as T)}
      className="inline-flex w-fit rounded-control bg-hover p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="h-7 rounded-chip px-3 text-xs font-medium text-ink-2 data-[state=on]:bg-chosen data-[state=on]:text-ink data-[state=on]:shadow-low max-sm:h-10"
        >
          {option.name}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
