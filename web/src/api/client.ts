import createClient from 'openapi-fetch'
import { asProblem, problemOf } from './problem'
import type { paths } from './schema'
import { session } from './session'

/** The API, typed by the document the program emits. Use it through `ask`. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: authorized })

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** Waits for an answer and returns what it holds, or throws a Problem. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch((e: unknown) => {
    throw asProblem(e)
  })
  if (!answer.response.ok) throw problemOf(answer.response, answer.error)
  return answer.data as T
}

// authorized sends a request with the token of the session. A token the server does not take any more is renewed
// once, and the request sent again.
async function authorized(request: Request): Promise<Response> {
  const token = await session.token()
  if (!token) return fetch(request)
  const again = request.clone()
  const response = await fetch(withToken(request, token))
  if (response.status !== 401) return response
  const renewed = await session.refresh()
  return renewed ? fetch(withToken(again, renewed)) : response
}

function withToken(request: Request, token: string): Request {
  request.headers.set('Authorization', `Bearer ${token}`)
  return request
}
