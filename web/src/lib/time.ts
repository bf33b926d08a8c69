const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** An instant of the API as a number, NaN for never. */
export function millis(instant: string | null | undefined): number {
  return instant ? Date.parse(instant) : NaN
}

/** The time of day, as the language writes it: "17:42". */
export function clock(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(at)
}

/** Date and time in full, for who wants to know exactly. */
export function exact(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(at)
}

/** How long ago, short: "2 min", "3 hr", "2 days"; the date when it is more than a week. */
export function ago(at: number, now: number, locale: string, justNow: string): string {
  const age = Math.max(0, now - at)
  if (age < minute) return justNow
  if (age > 7 * day) return shortDate(at, now, locale)
  return span(age, locale)
}

/** A length of time in its largest whole unit: "23 hr"; under an hour in minutes. */
export function span(ms: number, locale: string): string {
  const [value, unit] = ms >= day ? [ms / day, 'day'] : ms >= hour ? [ms / hour, 'hour'] : [ms / minute, 'minute']
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(Math.floor(value))
}

/** A length of time to the minute: "1 hr 20 min". */
export function spanToMinute(ms: number, locale: string): string {
  const whole = span(ms, locale)
  const minutes = Math.floor((ms % hour) / minute)
  return ms < hour || ms >= day || minutes === 0 ? whole : `${whole} ${span(minutes * minute, locale)}`
}

/** The day of an instant in the local time zone, to tell days apart: "2026-11-24". */
export function dayOf(at: number): string {
  const d = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
}

/** The name of a day: "today" and "yesterday" in the language's own words, else the date. */
export function dayName(at: number, now: number, locale: string): string {
  const apart = Math.round((Date.parse(dayOf(at)) - Date.parse(dayOf(now))) / day)
  if (apart === 0 || apart === -1) {
    const word = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(apart, 'day')
    return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1)
  }
  return shortDate(at, now, locale)
}

function shortDate(at: number, now: number, locale: string): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  const year = sameYear ? {} : ({ year: 'numeric' } as const)
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...year }).format(at)
}
