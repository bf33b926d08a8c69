import type { LucideIcon } from 'lucide-react'

type Props = { as: LucideIcon; size?: number; className?: string }

/** An icon with the same thin stroke at every size. It says nothing to a screen reader; the words beside it do. */
export function Icon({ as: Shape, size = 20, className }: Props) {
  return (
    <Shape
      size={size}
      strokeWidth={1.5}
      nonScalingStroke
      aria-hidden="true"
      className={`shrink-0 ${className ?? ''}`}
    />
  )
}
