type Props = { className?: string }

/** Where something will be in a moment; it keeps the place and the height. */
export function Skeleton({ className = 'h-2.5 w-full' }: Props) {
  return (
    <span
      aria-hidden="true"
      className={`block animate-[breathe_1.6s_ease-in-out_infinite] rounded-chip bg-hover ${className}`}
    />
  )
}
