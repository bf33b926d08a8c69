type Props = { size?: number; className?: string }

/** The machine's mark: a diamond with a dot. People are round. */
export function AiMark({ size = 16, className = 'text-ai' }: Props) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" className={`shrink-0 ${className}`}>
      <path
        d="M10 2.5 17.5 10 10 17.5 2.5 10Z"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
      <circle cx="10" cy="10" r="1.75" fill="currentColor" />
    </svg>
  )
}
