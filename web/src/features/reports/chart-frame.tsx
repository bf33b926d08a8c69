import type { ReactNode } from 'react'
import type { ReportDay } from '../../api/types'
import { count, dayOf, ticks } from './write'

/** The inside of a chart, in the units it is drawn in. */
export const plot = { width: 720, height: 260, start: 40, end: 712, top: 10, bottom: 232 } as const

/** Where a value lies on a chart whose largest tick is given. */
export function heightOf(value: number, largest: number): number {
  return ((plot.bottom - plot.top) * value) / largest
}

/** The largest number on the axis of a chart. */
export function topOf(largest: number): number {
  return ticks(largest).at(-1) ?? 1
}

/** Where a day lies: its left edge and its width. */
export function placeOf(index: number, days: number): { x: number; width: number } {
  const width = (plot.end - plot.start) / days
  return { x: plot.start + index * width, width }
}

/** One column of the table behind a chart. */
export type Series = { name: string; of: (day: ReportDay) => number; swatch: string }

type Props = {
  name: string
  days: readonly ReportDay[]
  series: readonly Series[]
  largest: number
  locale: string
  dateName: string
  children: ReactNode
}

/** A chart over days: its axes, and a table of the same numbers for who cannot see it. */
export function ChartFrame({ name, days, series, largest, locale, dateName, children }: Props) {
  const every = Math.max(1, Math.ceil(days.length / 6))
  const top = topOf(largest)
  return (
    <>
      <svg viewBox={`0 0 ${plot.width} ${plot.height}`} aria-hidden="true" className="block w-full">
        {ticks(largest).map((tick) => {
          const y = plot.bottom - heightOf(tick, top)
          return (
            <g key={tick}>
              <line x1={plot.start} x2={plot.end} y1={y} y2={y} className="stroke-line" />
              <text x={plot.start - 8} y={y + 4} textAnchor="end" className="fill-ink-3 text-2xs tabular-nums">
                {count(tick, locale)}
              </text>
            </g>
          )
        })}
        {children}
        {days.map((day, i) => {
          const { x, width } = placeOf(i, days.length)
          return (
            i % every === 0 && (
              <text
                key={day.date}
                x={x + width / 2}
                y={plot.bottom + 18}
                textAnchor="middle"
                className="fill-ink-3 text-2xs"
              >
                {dayOf(day.date, locale)}
              </text>
            )
          )
        })}
      </svg>
      <table className="sr-only">
        <caption>{name}</caption>
        <thead>
          <tr>
            <th scope="col">{dateName}</th>
            {series.map((one) => (
              <th key={one.name} scope="col">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.date}>
              <th scope="row">{dayOf(day.date, locale)}</th>
              {series.map((one) => (
                <td key={one.name}>{count(one.of(day), locale)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
