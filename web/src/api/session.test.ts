import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'
import { FakeParley } from '../testing/fake-parley'
import { answerWith, server } from '../testing/server'
import type { Problem } from './problem'
import { SessionStore } from './session'
import type { Session } from './types'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
  answerWith(parley)
})

const renewals = () => parley.asked.filter((one) => one === 'POST /api/auth/refresh').length
const old = (given: Session): Session => ({ ...given, expiresAt: new Date(Date.now() + 1_000).toISOString() })

test('a first visit asks the server nothing', async () => {
  const store = new SessionStore()
  expect(store.state.status).toBe('starting')
  expect((await store.start()).status).toBe('signed-out')
  expect(parley.asked).toEqual([])
})

test('a later visit comes back to the session', async () => {
  new SessionStore().accept(parley.session())
  const store = new SessionStore()
  expect(await store.start()).toMatchObject({ status: 'signed-in', session: { user: { name: 'Mila Berger' } } })
  await store.start()
  expect(renewals()).toBe(1)
})

test('many calls at once renew a token once', async () => {
  const store = new SessionStore()
  store.accept(old(parley.session()))
  const tokens = await Promise.all([store.token(), store.token(), store.refresh()])
  expect(new Set(tokens).size).toBe(1)
  expect(renewals()).toBe(1)
})

test('a token that is good for a while is used as it is', async () => {
  const store = new SessionStore()
  const given = parley.session()
  store.accept(given)
  expect(await store.token()).toBe(given.accessToken)
  expect(renewals()).toBe(0)
})

test('nobody signed in has no token', async () => {
  expect(await new SessionStore().token()).toBeNull()
})

test('a session the server has ended is over', async () => {
  const store = new SessionStore()
  store.accept(old(parley.session()))
  parley.signedIn = false
  const heard = vi.fn()
  const stop = store.subscribe(heard)
  expect(await store.token()).toBeNull()
  expect(store.state.status).toBe('signed-out')
  expect(heard).toHaveBeenCalled()
  expect(localStorage.getItem('parley.session')).toBeNull()
  stop()
})

test.each([
  ['no answer', () => HttpResponse.error(), 0],
  ['a fault of the server', () => HttpResponse.json({ detail: 'Busy.' }, { status: 503 }), 503],
  ['a fault without words', () => new HttpResponse('oops', { status: 502 }), 502],
])('%s ends no session', async (_, answer, status) => {
  server.use(http.post(/refresh/, answer))
  const store = new SessionStore()
  store.accept(old(parley.session()))
  await expect(store.token()).rejects.toMatchObject({ status } satisfies Partial<Problem>)
  expect(store.state.status).toBe('signed-in')
})

test('tabs share what happens to the session', async () => {
  const [here, there] = [new SessionStore(), new SessionStore()]
  const given = parley.session()
  here.accept(given)
  await vi.waitFor(() => expect(there.current).toEqual(given))
  here.end()
  await vi.waitFor(() => expect(there.state.status).toBe('signed-out'))
})

test('tabs take turns, and the second uses what the first one got', async () => {
  let turn = Promise.resolve()
  const request = (_: string, work: () => Promise<unknown>) => {
    const mine = turn.then(work)
    turn = mine.then(() => new Promise((done) => setTimeout(done, 50)))
    return mine
  }
  Object.defineProperty(navigator, 'locks', { configurable: true, value: { request } })
  const [here, there] = [new SessionStore(), new SessionStore()]
  const given = old(parley.session())
  here.accept(given)
  await vi.waitFor(() => expect(there.current).toEqual(given))

  const tokens = await Promise.all([here.refresh(), there.refresh()])
  expect(tokens[0]).toBe(tokens[1])
  expect(renewals()).toBe(1)
  Reflect.deleteProperty(navigator, 'locks')
})

test('without storage the server is asked', async () => {
  const broken = vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new Error('denied')
  })
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('denied')
  })
  parley.session()
  expect((await new SessionStore().start()).status).toBe('signed-in')
  broken.mockRestore()
})
