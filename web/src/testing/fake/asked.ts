import type { components } from '../../api/schema'
import type { FakeParley } from '../fake-parley'

export type Schemas = components['schemas']

/** What a request brings, as far as the fake reads it. */
export type Body = Partial<Record<string, string>>

/** A request, taken apart: "POST /api/conversations/c-1/close". */
export type Asked = {
  method: string
  path: string
  /** The id after the collection, or a word in its place. */
  id: string
  /** What is behind the id. */
  verb: string
  query: URLSearchParams
  body: Body
  /** What was sent, as text, when it was a form with a file. */
  form: string
}

/** Reads a request. */
export async function readAsked(request: Request): Promise<Asked> {
  const { pathname: path, searchParams: query } = new URL(request.url)
  const [, , , id = '', verb = ''] = path.split('/')
  const text = request.method === 'GET' ? '' : await request.text()
  const isForm = request.headers.get('Content-Type')?.startsWith('multipart/form-data') === true
  const body = isForm || text === '' ? {} : (JSON.parse(text) as Body)
  return { method: request.method, path, id, verb, query, body, form: isForm ? text : '' }
}

/** What comes back: a status with JSON, or a whole response. */
export type Answer = [status: number, body?: unknown] | Response

/** Answers what is asked of one collection. */
export type Resource = (parley: FakeParley, asked: Asked) => Answer

/** Why a request is refused, as problem details. */
export class Refusal extends Error {
  readonly status: number
  readonly fields: Record<string, string>

  constructor(status: number, detail: string, fields: Record<string, string> = {}) {
    super(detail)
    this.status = status
    this.fields = fields
  }
}

/** A refusal as the API words it. */
export function problem({ status, message, fields }: Pick<Refusal, 'status' | 'message' | 'fields'>): Response {
  const errors = Object.entries(fields).map(([name, said]) => ({ location: `body.${name}`, message: said }))
  return Response.json({ type: 'about:blank', status, detail: message, errors } satisfies Schemas['ErrorModel'], {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  })
}
