const hour = 3_600_000
const morning = 9

/** When something put off comes back: later today, tomorrow morning, next Monday morning; in local time. */
export function snoozeTimes(now: number): { later: number; tomorrow: number; week: number } {
  const tomorrow = morningIn(now, 1)
  const week = morningIn(now, (8 - new Date(now).getDay()) % 7 || 7)
  return { later: now + 3 * hour, tomorrow, week }
}

function morningIn(now: number, days: number): number {
  const d = new Date(now)
  return new Date(d.getFullYear(), d.getMonth(), d.getDate() + days, morning).getTime()
}

/** A time to come, as one says it: "24 Nov, 09:00". */
export function dayAndTime(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  }).format(at)
}

/** A time as an input of the type datetime-local wants it. */
export function localInput(at: number): string {
  const d = new Date(at)
  return new Date(at - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
