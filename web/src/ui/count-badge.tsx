type Props = {
  count: number
  /** What is counted, in words: "3 unread". */
  name: string
  className?: string
}

/** How many wait; nothing when nobody does. */
export function CountBadge({ count, name, className = '' }: Props) {
  if (count === 0) return null
  return (
    <span
      role="img"
      aria-label={name}
      className={`h-4.5 min-w-4.5 rounded-full bg-accent px-1.5 text-center text-2xs leading-4.5 font-semibold text-on-accent tabular-nums ${className}`}
    >
      {count > 99 ? '99+' : count}
    </span>
  )
}
