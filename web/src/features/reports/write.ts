/** A count, as the language writes it. */
export function count(n: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(n)
}

/** A share of a whole: "70 %". */
export function share(part: number, whole: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent' }).format(whole === 0 ? 0 : part / whole)
}

/** How long somebody waited: "2.1 sec", "14 min", "3.5 hr". */
export function wait(ms: number, locale: string): string {
  const [value, unit] =
    ms < 60_000 ? [ms / 1000, 'second'] : ms < 3_600_000 ? [ms / 60_000, 'minute'] : [ms / 3_600_000, 'hour']
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value)
}

/** A day without a time of day, as the language writes it: "24 Nov". */
export function dayOf(date: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    Date.parse(`${date}T00:00:00Z`),
  )
}

/** The day so many days before another. */
export function daysBefore(date: string, n: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - n * 86_400_000).toISOString().slice(0, 10)
}

/** The names of the days of the week, from Monday. */
export function weekdays(locale: string, style: 'short' | 'long'): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' })
  return Array.from({ length: 7 }, (_, i) => format.format(Date.UTC(2024, 0, 1 + i))) // 1 January 2024 was a Monday
}

/** Round numbers for an axis, from 0 to at least the largest. */
export function ticks(largest: number): number[] {
  const rough = Math.max(1, largest) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power)
  return Array.from({ length: Math.ceil(Math.max(1, largest) / step) + 1 }, (_, i) => i * step)
}
