import { QueryClient, type Query } from '@tanstack/react-query'
import { expect, test, vi } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'
import { cutSockets } from '../../testing/server'

/** Numbers that look random and are the same for the same seed (mulberry32), so that a failure can be run again. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % sides
  }
}

// What may happen at the server while a page is open.
const events: ((parley: FakeParley, id: string, n: number) => unknown)[] = [
  (parley, id, n) => parley.say(id, { sender: 'customer', text: `Question ${n}` }),
  (parley, id, n) => parley.answer(id, `Answer ${n}`),
  (parley, id, n) => parley.say(id, { sender: 'agent', text: `Reply ${n}`, authorName: 'Jonas Weber' }),
  (parley, id, n) => parley.say(id, { sender: 'agent', kind: 'note', text: `Note ${n}` }),
  (parley, id) => parley.change(id, { handler: 'human', assigneeId: 'u-jonas', assigneeName: 'Jonas Weber' }),
  (parley, id) => parley.change(id, { handler: 'ai', assigneeId: '', assigneeName: '' }),
  (parley, id) => parley.change(id, { status: 'closed', unread: 0 }),
  (parley, id) => parley.change(id, { status: 'active' }),
  (parley, id, n) => parley.change(id, { unread: n, answering: n % 2 === 0 }),
  (parley, _id, n) => parley.conversation(`Customer ${n}`, 'Hello'),
  (parley, _id, n) => parley.know(`Document ${n}`, 'We are open.'),
  () => cutSockets(),
]

/** What a query would say if it were asked for the first time now. */
function askedAnew(query: Query): Promise<unknown> {
  const asked = Object.fromEntries(
    Object.entries(query.options).filter(([name]) => name !== 'select' && name !== 'initialData'),
  ) as Query['options']
  return new QueryClient().query({ ...asked, queryKey: query.queryKey, staleTime: 0 })
}

test.each([1, 2, 3])(
  'after any events the cache holds what a fresh fetch would give (seed %i)',
  async (seed) => {
    const roll = dice(seed)
    const parley = new FakeParley()
    const talks = ['Amelia Hart', 'Ben'].map((name) => parley.conversation(name, 'Are you open?').id)
    const { queries, live } = renderPage(`/inbox/${talks[0] ?? ''}`, { parley })
    await vi.waitFor(() => expect(live.state).toBe('live'))
    const shown = () => queries.getQueryCache().findAll({ type: 'active' })
    await vi.waitFor(() => expect(shown().map(({ queryKey }) => queryKey[0])).toContain('messages'))
    // A few events at a time: a later one must not heal what an earlier one left stale.
    for (let n = 0; n < 60; n += 3) {
      for (let i = roll(3); i >= 0; i--) {
        events[roll(events.length)]?.(parley, talks[roll(4) === 0 ? 1 : 0] ?? '', n + i)
        if (roll(3) === 0) await new Promise((done) => setTimeout(done, roll(60)))
      }
      await vi.waitFor(async () => {
        for (const query of shown()) expect(query.state.data).toEqual(await askedAnew(query))
      }, 10_000)
    }
  },
  60_000,
)
