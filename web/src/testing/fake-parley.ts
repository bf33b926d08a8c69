import type { Hint } from '../api/live'
import { problem, readAsked, Refusal, type Resource, type Schemas } from './fake/asked.ts'
import { doors, isDoor } from './fake/doors.ts'
import { sentences } from './fake/knowledge.ts'
import { emptyReport } from './fake/reports.ts'
import { resources } from './fake/resources.ts'
import { FakeErasing } from './fake-erasing'
import { FakeNumbers, Refused } from './fake-numbers'

type Conversation = Schemas['Conversation']
type Message = Schemas['Message']
type FullDocument = Schemas['FullDocument']
type Session = Schemas['Session']
type Trace = Schemas['Trace']

type Options = {
  /** The time; a test may hold it. */
  now?: () => number
  /** How long the AI thinks; with 0 it has answered before the question is acknowledged. */
  thinkMs?: number
}

const allPermissions = [
  'conversations:read',
  'conversations:reply',
  'contacts:read',
  'contacts:write',
  'contacts:erase',
  'reports:read',
  'knowledge:read',
  'knowledge:write',
  'channels:read',
  'channels:write',
  'tenant:read',
  'tenant:write',
  'members:read',
  'members:write',
  'keys:write',
  'demo:use',
]

/** The person everything belongs to. */
export const owner = { email: 'mila@laib.example', password: 'three loaves a day' }

/**
 * Parley as its pages see it, in memory: the paths and shapes of the API, with just enough behind them that a
 * conversation goes the way it goes in life. Tests and `npm run dev:fake` talk to it.
 */
export class FakeParley {
  user: Schemas['SessionUser'] = { id: 'u-mila', name: 'Mila Berger', email: owner.email, language: 'en' }
  password = owner.password
  tenants: Schemas['SessionTenant'][] = [{ id: 't-laib', name: 'Laib & Butter Bakery', role: 'owner' }]
  tenantId = 't-laib'
  permissions = allPermissions
  mustChangePassword = false
  signedIn = false
  setupToken = 'once'
  phone: Schemas['PhoneState'] = { enabled: true, reason: '' }
  /** What the built-in phone shows and knows. */
  readonly onPhone = { conversationId: '', customers: 0, readSeq: 0, typing: false }
  readonly thinkMs: number
  pageSize = 50
  conversations: Conversation[] = []
  messages: Message[] = []
  traces = new Map<string, Trace>()
  /** The bytes of files, by message. */
  files = new Map<string, string>()
  /** Whether WhatsApp takes the files that are sent. */
  takesFiles = true
  documents: FullDocument[] = []
  /** Whether mails can be sent, and who may register. */
  options: Schemas['AuthOptions'] = { mail: true, registration: 'closed' }
  members: Schemas['Member'][] = [
    { id: 'u-mila', name: 'Mila Berger', email: owner.email, role: 'owner', since: '2026-01-01T08:00:00Z' },
    { id: 'u-jonas', name: 'Jonas Weber', email: 'jonas@laib.example', role: 'agent', since: '2026-02-01T08:00:00Z' },
  ]
  invitations: Schemas['Invitation'][] = []
  /** The invitation of the link "#invited". */
  offer: Schemas['Offer'] = {
    workspace: 'Laib & Butter Bakery',
    invitedBy: 'Mila Berger',
    email: 'nina@laib.example',
    role: 'agent',
    known: false,
  }
  keys: Schemas['APIKey'][] = []
  sessions: Schemas['SignedIn'][] = [
    {
      id: 's-1',
      here: true,
      browser: 'Firefox on Linux',
      since: '2026-02-01T08:00:00Z',
      lastSeenAt: '2026-02-02T08:00:00Z',
    },
    {
      id: 's-2',
      here: false,
      browser: 'Safari on iPhone',
      since: '2026-02-01T08:00:00Z',
      lastSeenAt: '2026-02-02T08:00:00Z',
    },
  ]
  tenant: Schemas['Tenant'] = {
    id: 't-laib',
    name: 'Laib & Butter Bakery',
    about: 'We bake bread.',
    locale: 'en',
    timeZone: 'Europe/Berlin',
    quietWindowMs: 300,
    handoffMailMinutes: 15,
    handoffMailClosed: false,
    mails: true,
    model: false,
    hours: [{ day: 1, open: '07:00', close: '18:00' }],
  }
  contacts: Schemas['FullContact'][] = []
  erasing = new FakeErasing()
  notices: Schemas['ChannelEvent'][] = []
  report: Schemas['Report'] = emptyReport()
  /** What becomes of a file of contacts. */
  importing: Omit<Schemas['ContactImport'], 'dryRun'> = {
    rows: 0,
    columns: [],
    new: 0,
    changed: 0,
    unchanged: 0,
    wrong: 0,
    problems: [],
  }
  labels: Schemas['LabelBrief'][] = []
  canned: Schemas['CannedReply'][] = []
  numbers = new FakeNumbers()
  /** Every request, oldest first: "POST /api/documents". */
  asked: string[] = []

  #tokens = 0
  #ids = 0
  #now: () => number
  #listeners = new Set<(hint: Hint) => void>()

  constructor({ now = Date.now, thinkMs = 0 }: Options = {}) {
    this.#now = now
    this.thinkMs = thinkMs
  }

  /** Hears what changes, as the socket would say it. */
  onHint(listener: (hint: Hint) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A session of the owner, as signing in gives it. */
  session(): Session {
    this.signedIn = true
    const tenant = this.tenants.find(({ id }) => id === this.tenantId)
    if (!tenant) throw new Error('no such workspace')
    return {
      accessToken: `token-${++this.#tokens}`,
      expiresAt: this.at(600_000),
      mustChangePassword: this.mustChangePassword,
      permissions: this.permissions,
      tenant,
      tenants: this.tenants,
      user: this.user,
    }
  }

  /** Adds a document. */
  know(title: string, text: string, more: Partial<FullDocument> = {}): FullDocument {
    const at = this.at()
    const document: FullDocument = {
      id: this.newId('d'),
      title,
      text,
      kind: 'text',
      state: 'ready',
      failure: '',
      passages: sentences(text).length,
      sizeBytes: new TextEncoder().encode(text).length,
      language: 'en',
      enabled: true,
      createdAt: at,
      updatedAt: at,
      ...more,
    }
    this.documents.unshift(document)
    this.hint({ kind: 'document.changed', documentId: document.id })
    return document
  }

  /** Adds a contact. */
  contact(name: string, more: Partial<Schemas['FullContact']> = {}): Schemas['FullContact'] {
    const at = this.at()
    const phone = more.phone ?? `4477009001${10 + this.contacts.length}`
    const contact: Schemas['FullContact'] = {
      id: this.newId('k'),
      name,
      username: '',
      phone,
      language: '',
      nameChosen: false,
      optedOutAt: null,
      attributes: {},
      identities: [{ kind: 'wa_id', value: phone, source: 'message', firstSeen: at }],
      consents: [],
      conversations: [],
      episodes: [],
      createdAt: at,
      updatedAt: at,
      ...more,
    }
    this.contacts.push(contact)
    return contact
  }

  /** Adds a conversation with a first message of the customer. */
  conversation(name: string, text: string, more: Partial<Conversation> = {}): Conversation {
    const id = more.id ?? this.newId('c')
    const conversation: Conversation = {
      id,
      answering: false,
      assigneeId: '',
      assigneeName: '',
      channelId: 'ch-1',
      channelKind: 'whatsapp',
      contact: { id: `k-${id}`, name, phone: '447700900318', username: '' },
      createdAt: this.at(),
      found: null,
      handler: 'ai',
      handoff: null,
      labels: [],
      snoozedUntil: null,
      lastMessage: { at: this.at(), kind: 'text', sender: 'customer', text },
      lastSeq: 0,
      mode: 'auto',
      problem: '',
      status: 'active',
      unread: 0,
      updatedAt: this.at(),
      windowUntil: this.at(24 * 3_600_000),
      ...more,
    }
    this.conversations.unshift(conversation)
    this.say(id, { sender: 'customer', status: 'received', text })
    return conversation
  }

  /** Adds a message to a conversation. */
  say(conversationId: string, more: Partial<Message> & Pick<Message, 'sender' | 'text'>): Message {
    const c = this.find(conversationId)
    const at = more.at ?? this.at()
    const message: Message = {
      id: this.newId('m'),
      conversationId,
      seq: ++c.lastSeq,
      at,
      kind: 'text',
      status: more.sender === 'customer' ? 'received' : 'delivered',
      authorId: '',
      authorName: '',
      payload: null,
      replyTo: '',
      error: null,
      sentAt: at,
      deliveredAt: at,
      readAt: null,
      traced: false,
      editedAt: null,
      deletedAt: null,
      wordings: [],
      reactions: [],
      quote: null,
      file: null,
      ...more,
    }
    this.messages.push(message)
    if (message.kind !== 'note' && message.kind !== 'event') {
      c.lastMessage = { at: message.at, kind: message.kind, sender: message.sender, text: message.text }
      c.updatedAt = message.at
    }
    this.hint({ kind: 'message.added', conversationId, messageId: message.id, seq: message.seq })
    return message
  }

  /** Adds a message of the AI with its reasons. */
  answer(conversationId: string, text: string, more: Partial<Trace> = {}): Message {
    const message = this.say(conversationId, { sender: 'ai', text, traced: true })
    this.traces.set(message.id, {
      attempts: 1,
      checks: [
        { name: 'grounded', passed: true, detail: '' },
        { name: 'disclosure', passed: true, detail: '' },
      ],
      completionTokens: 0,
      confidence: 0.86,
      costMicros: 0,
      language: 'en',
      messageId: message.id,
      model: '',
      outcome: 'answered',
      passages: [],
      promptName: 'Default',
      promptNumber: 1,
      promptTokens: 0,
      promptVersionId: 'p-1',
      provider: '',
      question:
        this.messages.findLast((m) => m.conversationId === conversationId && m.sender === 'customer')?.text ?? '',
      reason: '',
      threshold: 0.5,
      timings: { retrieveMs: 0.8, modelMs: 0.6, totalMs: 4.2 },
      ...more,
    })
    return message
  }

  /** Changes a conversation and says so. */
  change(id: string, part: Partial<Conversation>): Conversation {
    const c = Object.assign(this.find(id), part)
    this.hint({ kind: 'conversation.changed', conversationId: id })
    return c
  }

  /** Adds a label. */
  label(name: string, colour: Schemas['LabelBrief']['colour'] = 'red'): Schemas['LabelBrief'] {
    const label = { id: this.newId('l'), name, colour }
    this.labels.push(label)
    return label
  }

  /** Adds a canned reply. */
  keep(shortcut: string, title: string, text: string): Schemas['CannedReply'] {
    const reply = { id: this.newId('r'), shortcut, title, text }
    this.canned.push(reply)
    return reply
  }

  /** Says that something changed. */
  hint(hint: Hint): void {
    for (const listener of this.#listeners) listener(hint)
  }

  /** Answers a request. */
  async handle(request: Request): Promise<Response> {
    const asked = await readAsked(request)
    this.asked.push(`${asked.method} ${asked.path}`)
    try {
      const signedIn = this.signedIn && request.headers.get('Authorization')?.startsWith('Bearer token-')
      const answer = this.#whoAnswers(asked.path, signedIn === true)(this, asked)
      if (answer instanceof Response) return answer
      const [status, body] = answer
      return body === undefined ? new Response(null, { status }) : Response.json(body, { status })
    } catch (e) {
      if (e instanceof Refusal || e instanceof Refused) return problem(e)
      throw e
    }
  }

  #whoAnswers(path: string, signedIn: boolean): Resource {
    const collection = path.split('/')[2] ?? ''
    if (isDoor(path) || !signedIn) return doors
    return resources[collection] ?? (() => [404])
  }

  /** The conversation of an id. */
  find(id: string): Conversation {
    const found = this.conversations.find((one) => one.id === id)
    if (!found) throw new Refusal(404, 'There is no such conversation.')
    return found
  }

  newId(kind: string): string {
    return `${kind}-${++this.#ids}`
  }

  /** The time, or one later. */
  at(later = 0): string {
    return new Date(this.#now() + later).toISOString()
  }
}
