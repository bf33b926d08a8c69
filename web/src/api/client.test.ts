import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../testing/fake-parley'
import { answerWith, server } from '../testing/server'
import { api, ask } from './client'
import { asProblem, Problem } from './problem'
import { session } from './session'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
  answerWith(parley)
  session.accept(parley.session())
})

test('a token the server does not take any more is renewed, and the request sent again', async () => {
  let refused = 0
  server.use(
    http.post(/\/api\/documents$/, ({ request }) => {
      if (request.headers.get('Authorization') !== 'Bearer token-1') return undefined
      refused++
      return HttpResponse.json({}, { status: 401 })
    }),
  )
  const added = await ask(api.POST('/api/documents', { body: { title: 'Hours', text: 'Nine to five.' } }))
  expect(added.title).toBe('Hours')
  expect(refused).toBe(1)
  expect(session.current?.accessToken).toBe('token-2')
})

test('a session that is over is over', async () => {
  parley.signedIn = false
  await expect(ask(api.GET('/api/documents'))).rejects.toMatchObject({ status: 401 })
  expect(session.state.status).toBe('signed-out')
})

test('who is not signed in asks without a token', async () => {
  session.end()
  expect(await ask(api.GET('/api/auth/options'))).toEqual({ mail: true, registration: 'closed' })
})

test('a refused request says why, for single fields, and how long to wait', async () => {
  server.use(
    http.get(/\/api\/documents$/, () =>
      HttpResponse.json(
        { detail: 'Slow down.', errors: [{ location: 'query.after', message: 'Not a cursor.' }, { message: 'x' }] },
        { status: 429, headers: { 'Retry-After': '7' } },
      ),
    ),
  )
  const refused = await ask(api.GET('/api/documents')).catch((e: unknown) => e)
  expect(refused).toBeInstanceOf(Problem)
  expect(refused).toMatchObject({
    status: 429,
    message: 'Slow down.',
    fields: { after: 'Not a cursor.' },
    retryAfter: 7,
    passing: true,
  })
})

test('an answer that is no problem document has at least its status', async () => {
  server.use(http.get(/\/api\/documents$/, () => HttpResponse.text('<h1>Not found</h1>', { status: 404 })))
  await expect(ask(api.GET('/api/documents'))).rejects.toMatchObject({ status: 404, message: '', passing: false })
})

test('no answer is a problem, too', async () => {
  server.use(http.get(/\/api\/documents$/, () => HttpResponse.error()))
  await expect(ask(api.GET('/api/documents'))).rejects.toMatchObject({ status: 0, passing: true })
  expect(asProblem(new Error('what'))).toMatchObject({ status: 0 })
})
