type Props = {
  /** 0 to 1; more is cut. */
  value: number
  className?: string
}

/** How good a passage is; the number beside it says the same. */
export function ScoreBar({ value, className = '' }: Props) {
  const width = `${Math.round(Math.min(1, Math.max(0, value)) * 100)}%`
  return (
    <span aria-hidden="true" className={`block h-1 overflow-hidden rounded-full bg-hover ${className}`}>
      <span className="block h-full rounded-full bg-ai-bar" style={{ width }} />
    </span>
  )
}
