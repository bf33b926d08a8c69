import type { Series } from './chart-frame'

type Props = { series: readonly Series[] }

/** Which colour is what. */
export function Legend({ series }: Props) {
  return (
    <ul className="flex flex-wrap gap-x-3 text-xs text-ink-2">
      {series.map((one) => (
        <li key={one.name} className="flex items-center gap-1.5">
          <span aria-hidden="true" className={`size-2 rounded-chip ${one.swatch}`} />
          {one.name}
        </li>
      ))}
    </ul>
  )
}
