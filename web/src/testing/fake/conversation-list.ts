import type { FakeParley } from '../fake-parley'
import type { Schemas } from './asked.ts'

type Conversation = Schemas['Conversation']

/** A page of the conversations of a view. */
export function listOf(parley: FakeParley, query: URLSearchParams): Schemas['PageConversation'] {
  const q = (query.get('q') ?? '').toLowerCase()
  const view = query.get('view') ?? 'all'
  const from = Number(query.get('after') ?? 0)
  const all = parley.conversations
    .filter((c) => ((q !== '' && view === 'all') || inView(parley, c, view)) && fits(c, query))
    .map((c) => (q === '' ? c : { ...c, found: foundIn(parley, c, q) }))
    .filter((c) => q === '' || c.found !== null || c.contact.name.toLowerCase().includes(q))
    .sort((a, b) => Date.parse(b.lastMessage.at ?? '') - Date.parse(a.lastMessage.at ?? ''))
  const next = from + parley.pageSize < all.length ? { next: String(from + parley.pageSize) } : {}
  return { items: all.slice(from, from + parley.pageSize), ...next }
}

export function countsOf(parley: FakeParley): Schemas['Counts'] {
  const needsMe = parley.conversations.filter((c) => inView(parley, c, 'needs_me')).length
  const unread = parley.conversations.filter((c) => inView(parley, c, 'all') && c.unread > 0).length
  return { needsMe, unread }
}

function inView(parley: FakeParley, c: Conversation, view: string): boolean {
  const mine = c.assigneeId === parley.user.id
  const unreplied = c.lastMessage.sender === 'customer'
  const handedOff = c.handler === 'human' && c.handoff !== null && c.assigneeId === ''
  if (view === 'closed') return c.status === 'closed'
  if (c.status === 'closed') return false
  const asleep = c.snoozedUntil !== null && c.snoozedUntil > parley.at()
  if (asleep !== (view === 'snoozed')) return false
  switch (view) {
    case 'needs_me':
      return handedOff || (mine && (unreplied || c.problem !== ''))
    case 'unreplied':
      return unreplied
    case 'ai':
      return c.handler === 'ai'
    case 'handed_off':
      return handedOff
    case 'mine':
      return mine
    default:
      return true
  }
}

function foundIn(parley: FakeParley, c: Conversation, q: string): Conversation['found'] {
  const hit = parley.messages.findLast((m) => m.conversationId === c.id && m.text.toLowerCase().includes(q))
  return hit ? { messageId: hit.id, seq: hit.seq, text: hit.text } : null
}

// Whether a conversation is left by what narrows a list.
function fits(c: Conversation, query: URLSearchParams): boolean {
  const [channel, label, assignee] = [query.get('channel'), query.get('label'), query.get('assignee')]
  return (
    (!channel || c.channelId === channel) &&
    (!label || c.labels.some((one) => one.id === label)) &&
    (!assignee || c.assigneeId === (assignee === 'nobody' ? '' : assignee)) &&
    (query.get('unread') !== 'true' || c.unread > 0)
  )
}
