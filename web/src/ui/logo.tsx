type Props = { size?: number }

/** Parley's sign: a person's circle and the machine's diamond, overlapping. */
export function Logo({ size = 28 }: Props) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" strokeWidth="2.25" aria-hidden="true">
      <circle cx="11.5" cy="16" r="8" className="stroke-accent-text" />
      <path d="M20 7.5 28.5 16 20 24.5 11.5 16Z" strokeLinejoin="round" className="stroke-ai" />
    </svg>
  )
}
