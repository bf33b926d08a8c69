/**
 * Wraps a function so that of many calls with the same key the first runs at once and the rest, however many come
 * within `ms`, run as one when that time is over. A burst costs two calls, and the last one is never lost.
 */
export function coalesce(run: (key: string) => void, ms: number): (key: string) => void {
  const resting = new Map<string, { again: boolean }>()

  function begin(key: string): void {
    const rest = { again: false }
    resting.set(key, rest)
    setTimeout(() => {
      resting.delete(key)
      if (rest.again) begin(key)
    }, ms)
    run(key)
  }

  return (key) => {
    const rest = resting.get(key)
    if (rest) rest.again = true
    else begin(key)
  }
}
