type Props = { name: string; value: number; most: number; className?: string }

/** How much of something is done. */
export function ProgressBar({ name, value, most, className = '' }: Props) {
  return (
    <div
      role="progressbar"
      aria-label={name}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={most}
      className={`h-1.5 overflow-hidden rounded-full bg-hover ${className}`}
    >
      <div className="h-full rounded-full bg-accent" style={{ width: `${Math.round((value / most) * 100)}%` }} />
    </div>
  )
}
