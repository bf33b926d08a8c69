import { QueryClient } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { FakeParley } from '../testing/fake-parley'
import { answerWith, cutSockets } from '../testing/server'
import { Live, staleAfter, type Hint } from './live'
import { session } from './session'

const opened: Live[] = []
afterEach(() => opened.splice(0).forEach((live) => live.close()))

function open() {
  const parley = new FakeParley()
  answerWith(parley)
  session.accept(parley.session())
  const queries = new QueryClient()
  const stale = vi.spyOn(queries, 'invalidateQueries').mockResolvedValue()
  const live = new Live(queries)
  opened.push(live)
  live.open()
  return { parley, stale, live }
}

test.each<[Hint, unknown[][]]>([
  [
    { kind: 'conversation.changed', conversationId: 'c' },
    [['contacts'], ['contact'], ['conversations'], ['counts'], ['conversation', 'c'], ['phone']],
  ],
  [
    { kind: 'message.added', conversationId: 'c' },
    [['contacts'], ['contact'], ['messages', 'c'], ['conversations'], ['counts'], ['conversation', 'c'], ['phone']],
  ],
  [{ kind: 'message.changed', conversationId: 'c' }, [['messages', 'c'], ['phone']]],
  [{ kind: 'document.changed', documentId: 'd' }, [['documents'], ['document', 'd'], ['finding']]],
  [{ kind: 'contact.changed', contactId: 'k' }, [['contacts'], ['contact', 'k'], ['conversations'], ['conversation']]],
  [{ kind: 'contact.changed' }, [['contacts'], ['contact'], ['conversations'], ['conversation']]],
  [{ kind: 'key.changed' }, [['api-keys']]],
  [{ kind: 'invitation.changed' }, [['invitations']]],
  [{ kind: 'channel.changed' }, [['channels'], ['templates'], ['phone']]],
  [{ kind: 'tenant.changed' }, [[]]],
])('$0.kind makes stale what it touches', (hint, keys) => {
  expect(staleAfter(hint)).toEqual(keys)
})

test('a hint on the socket is read again over HTTP', async () => {
  const { parley, stale, live } = open()
  await vi.waitFor(() => expect(live.state).toBe('live'))
  parley.hint({ kind: 'document.changed', documentId: 'd' })
  await vi.waitFor(() => expect(stale).toHaveBeenCalledWith({ queryKey: ['document', 'd'] }))
})

test('of a burst of hints the first and the last are heard', async () => {
  const { parley, stale, live } = open()
  await vi.waitFor(() => expect(live.state).toBe('live'))
  for (let i = 0; i < 50; i++) parley.hint({ kind: 'channel.changed' })
  await vi.waitFor(() => expect(stale).toHaveBeenCalledTimes(6))
})

test('after a cut everything on the screen is stale', async () => {
  const { stale, live } = open()
  await vi.waitFor(() => expect(live.state).toBe('live'))
  const states: string[] = []
  live.subscribe(() => states.push(live.state))
  cutSockets()
  await vi.waitFor(() => expect(states).toEqual(['catching-up', 'live']), 5_000)
  expect(stale).toHaveBeenCalledWith()
})

test('who is signed out gets no socket', async () => {
  const { live } = open()
  await vi.waitFor(() => expect(live.state).toBe('live'))
  live.close()
  expect(live.state).toBe('connecting')
  session.end()
  live.open()
  await new Promise((done) => setTimeout(done))
  expect(live.state).toBe('connecting')
})
