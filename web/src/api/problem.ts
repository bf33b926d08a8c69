import type { components } from './schema'

type Details = Partial<components['schemas']['ErrorModel']>

/**
 * Why a request failed, as problem details (RFC 9457). Its message is in plain words and may be shown; it is empty
 * when the server said nothing, and then the status decides what is shown (ui/error-words.ts).
 */
export class Problem extends Error {
  /** The HTTP status; 0 when no answer came at all. */
  readonly status: number
  /** What is wrong with single inputs, by the name the API gives them ("password"). */
  readonly fields: Readonly<Record<string, string>>
  /** Seconds to wait before trying again; undefined when the server did not say. */
  readonly retryAfter: number | undefined

  constructor(status: number, message = '', fields: Record<string, string> = {}, retryAfter?: number) {
    super(message)
    this.name = 'Problem'
    this.status = status
    this.fields = fields
    this.retryAfter = retryAfter
  }

  /** Whether the same request may succeed a little later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/** Reads the problem out of an answer that is none of the good ones. */
export function problemOf(response: Response, body: unknown): Problem {
  const details = isDetails(body) ? body : {}
  const fields: Record<string, string> = {}
  for (const { location, message } of details.errors ?? []) {
    const path = location?.replace(/^body\./, '')
    if (!path || !message) continue
    fields[path.split('.').pop() ?? path] = message
    fields[path] = message // two maps may have the same key: variables.1, header.1
  }
  const wait = Number(response.headers.get('Retry-After') ?? NaN)
  return new Problem(response.status, details.detail ?? '', fields, Number.isFinite(wait) ? wait : undefined)
}

/** Makes a Problem of whatever was thrown: a failed fetch has no answer to read. */
export function asProblem(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : new Problem(0)
}

function isDetails(body: unknown): body is Details {
  return typeof body === 'object' && body !== null
}
