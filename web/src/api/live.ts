import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { Centrifuge, State, UnauthorizedError } from 'centrifuge'
import { coalesce } from '../lib/coalesce'
import { Colleagues, colleagueSeen, type Colleague } from './colleagues'
import { session } from './session'
import { Whereabouts } from './whereabouts'

/** What changed. The socket says only that; HTTP says what it is now. */
export type Hint = {
  kind: string
  conversationId?: string
  messageId?: string
  documentId?: string
  contactId?: string
  seq?: number
}

/** How the socket is: `live`, or on its way (back), or without any network. */
export type LiveState = 'connecting' | 'live' | 'catching-up' | 'offline'

// At most one reload per list in this time, however many hints come; the first is reloaded at once.
const reloadMs = 150

/** The first part of every query key: what the server calls the thing. Features build their keys on it. */
export const resource = {
  canned: 'canned',
  keys: 'api-keys',
  invitations: 'invitations',
  channels: 'channels',
  contact: 'contact',
  contacts: 'contacts',
  conversation: 'conversation',
  conversations: 'conversations',
  counts: 'counts',
  document: 'document',
  documents: 'documents',
  file: 'file',
  finding: 'finding',
  labels: 'labels',
  members: 'members',
  messages: 'messages',
  phone: 'phone',
  reports: 'reports',
  templates: 'templates',
  trace: 'trace',
} as const

// A contact is shown with what was said last; which one it is, a hint about a conversation does not say.
const people: QueryKey[] = [[resource.contacts], [resource.contact]]

/** The queries a hint makes stale. An unknown kind of hint (a newer server) makes everything stale. */
export function staleAfter(hint: Hint): QueryKey[] {
  const { kind, conversationId: id } = hint
  switch (kind) {
    case 'conversation.changed':
      return [...people, [resource.conversations], [resource.counts], [resource.conversation, id], [resource.phone]]
    case 'message.added':
      return [
        ...people,
        [resource.messages, id],
        [resource.conversations],
        [resource.counts],
        [resource.conversation, id],
        [resource.phone],
      ]
    case 'contact.changed':
      return [
        [resource.contacts],
        hint.contactId ? [resource.contact, hint.contactId] : [resource.contact],
        [resource.conversations],
        [resource.conversation],
      ]
    case 'invitation.changed':
      return [[resource.invitations]]
    case 'key.changed':
      return [[resource.keys]]
    case 'label.changed':
      return [[resource.labels], [resource.conversations], [resource.conversation]]
    case 'canned_reply.changed':
      return [[resource.canned]]
    case 'message.changed':
      return [[resource.messages, id], [resource.phone]]
    case 'document.changed':
      return [[resource.documents], [resource.document, hint.documentId], [resource.finding]]
    case 'channel.changed':
      return [[resource.channels], [resource.templates], [resource.phone]]
    default:
      return [[]]
  }
}

/** The socket of this tab: it turns hints into reloads of what is on the screen, and tells where everybody is. */
export class Live {
  /** Where the colleagues are. */
  readonly colleagues = new Colleagues(() => session.current?.user.id)
  /** Where this tab is, for them. */
  readonly whereabouts = new Whereabouts((place) => {
    // Nothing is lost when it cannot be said now: it is said again when the socket has come up.
    if (this.#socket?.state === State.Connected) this.#socket.send(place).catch(() => undefined)
  })
  #queries: QueryClient
  #socket: Centrifuge | undefined
  #state: LiveState = 'connecting'
  #wasLive = false
  #listeners = new Set<() => void>()

  constructor(queries: QueryClient) {
    this.#queries = queries
    addEventListener('online', () => this.#show())
    addEventListener('offline', () => this.#show())
  }

  get state(): LiveState {
    return this.#state
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Opens the socket as the session's user and keeps it open until `close`. */
  open(): void {
    this.close()
    const address = new URL('/api/live', location.origin)
    address.protocol = address.protocol.replace('http', 'ws')
    const reload = coalesce(
      (key) => void this.#queries.invalidateQueries({ queryKey: JSON.parse(key) as QueryKey }),
      reloadMs,
    )
    this.#socket = new Centrifuge(address.href, {
      getToken: currentToken,
      minReconnectDelay: 200,
      maxReconnectDelay: 5_000,
    })
    this.#socket.on('publication', ({ data }) => {
      if ((data as Hint).kind === colleagueSeen) this.colleagues.hear(data as Colleague)
      else for (const key of staleAfter(data as Hint)) reload(JSON.stringify(key))
    })
    this.#socket.on('connected', ({ data }) => {
      this.colleagues.begin((data ?? []) as Colleague[])
      this.whereabouts.begin()
      // What changed while the socket was cut was not heard: everything on the screen is stale.
      if (this.#wasLive) void this.#queries.invalidateQueries()
      this.#wasLive = true
      this.#show()
    })
    this.#socket.on('connecting', () => this.#cut())
    this.#socket.on('disconnected', () => this.#cut())
    this.#socket.connect()
  }

  /** Closes the socket; what was heard stays. */
  close(): void {
    this.#socket?.disconnect()
    this.#socket = undefined
    this.#wasLive = false
    this.#show()
  }

  // Without the socket nobody knows where the others are.
  #cut(): void {
    this.colleagues.begin([])
    this.#show()
  }

  #show(): void {
    const state = this.#look()
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#listeners) listener()
  }

  #look(): LiveState {
    if (!navigator.onLine) return 'offline'
    if (this.#socket?.state === State.Connected) return 'live'
    return this.#wasLive ? 'catching-up' : 'connecting'
  }
}

async function currentToken(): Promise<string> {
  const token = await session.token()
  if (!token) throw new UnauthorizedError('signed out')
  return token
}
