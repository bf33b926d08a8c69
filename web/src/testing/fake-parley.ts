import type { Hint } from '../api/live'
import type { components } from '../api/schema'
import { FakeNumbers, Refused } from './fake-numbers'
import { FakeErasing } from './fake-erasing'

type Schemas = components['schemas']
type Conversation = Schemas['Conversation']
type Message = Schemas['Message']
type FullDocument = Schemas['FullDocument']
type PhoneMessage = Schemas['PhoneMessage']
type Session = Schemas['Session']
type Trace = Schemas['Trace']

type Options = {
  /** The time; a test may hold it. */
  now?: () => number
  /** How long the AI thinks; with 0 it has answered before the question is acknowledged. */
  thinkMs?: number
}

/** Why a request is refused, as problem details. */
class Refusal extends Error {
  readonly status: number
  readonly fields: Record<string, string>

  constructor(status: number, detail: string, fields: Record<string, string> = {}) {
    super(detail)
    this.status = status
    this.fields = fields
  }
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
  #customers = 0
  #typing = false
  #demo = ''
  #read = 0
  #now: () => number
  #thinkMs: number
  #listeners = new Set<(hint: Hint) => void>()

  constructor({ now = Date.now, thinkMs = 0 }: Options = {}) {
    this.#now = now
    this.#thinkMs = thinkMs
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
      expiresAt: this.#at(600_000),
      mustChangePassword: this.mustChangePassword,
      permissions: this.permissions,
      tenant,
      tenants: this.tenants,
      user: this.user,
    }
  }

  /** Adds a document. */
  know(title: string, text: string, more: Partial<FullDocument> = {}): FullDocument {
    const at = this.#at()
    const document: FullDocument = {
      id: this.#id('d'),
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
    this.#tell({ kind: 'document.changed', documentId: document.id })
    return document
  }

  /** Adds a contact. */
  contact(name: string, more: Partial<Schemas['FullContact']> = {}): Schemas['FullContact'] {
    const at = this.#at()
    const phone = more.phone ?? `4477009001${10 + this.contacts.length}`
    const contact: Schemas['FullContact'] = {
      id: this.#id('k'),
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
    const id = more.id ?? this.#id('c')
    const conversation: Conversation = {
      id,
      answering: false,
      assigneeId: '',
      assigneeName: '',
      channelId: 'ch-1',
      channelKind: 'whatsapp',
      contact: { id: `k-${id}`, name, phone: '447700900318', username: '' },
      createdAt: this.#at(),
      handler: 'ai',
      handoff: null,
      labels: [],
      snoozedUntil: null,
      lastMessage: { at: this.#at(), kind: 'text', sender: 'customer', text },
      lastSeq: 0,
      mode: 'auto',
      problem: '',
      status: 'active',
      unread: 0,
      updatedAt: this.#at(),
      windowUntil: this.#at(24 * 3_600_000),
      ...more,
    }
    this.conversations.unshift(conversation)
    this.say(id, { sender: 'customer', status: 'received', text })
    return conversation
  }

  /** Adds a message to a conversation. */
  say(conversationId: string, more: Partial<Message> & Pick<Message, 'sender' | 'text'>): Message {
    const c = this.#find(conversationId)
    const at = more.at ?? this.#at()
    const message: Message = {
      id: this.#id('m'),
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
    this.#tell({ kind: 'message.added', conversationId, messageId: message.id, seq: message.seq })
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
    const c = Object.assign(this.#find(id), part)
    this.#tell({ kind: 'conversation.changed', conversationId: id })
    return c
  }

  /** Adds a label. */
  label(name: string, colour: Schemas['LabelBrief']['colour'] = 'red'): Schemas['LabelBrief'] {
    const label = { id: this.#id('l'), name, colour }
    this.labels.push(label)
    return label
  }

  /** Adds a canned reply. */
  keep(shortcut: string, title: string, text: string): Schemas['CannedReply'] {
    const reply = { id: this.#id('r'), shortcut, title, text }
    this.canned.push(reply)
    return reply
  }

  /** Says that something changed. */
  hint(hint: Hint): void {
    this.#tell(hint)
  }

  /** Answers a request. */
  async handle(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    this.asked.push(`${request.method} ${pathname}`)
    const form = request.headers.get('Content-Type')?.startsWith('multipart/form-data')
    if (pathname === '/api/contacts/import') {
      return Response.json({ ...this.importing, dryRun: searchParams.get('dryRun') === 'true' })
    }
    if (pathname.endsWith('.csv')) return new Response('\uFEFFphone\n', { headers: { 'Content-Type': 'text/csv' } })
    if (form) return this.#sendFile(pathname.split('/')[3] ?? '', await request.text())
    const bytes = request.method === 'GET' && /^\/api\/messages\/([^/]+)\/media$/.exec(pathname)
    if (bytes) return this.#file(bytes[1] ?? '')
    const body = ['POST', 'PATCH', 'PUT'].includes(request.method) ? await bodyOf(request) : {}
    try {
      const [status, answer] = this.#answer(`${request.method} ${pathname}`, body, searchParams, request)
      return answer === undefined ? new Response(null, { status }) : Response.json(answer, { status })
    } catch (e) {
      if (e instanceof Refusal || e instanceof Refused) return problem(e)
      throw e
    }
  }

  #answer(path: string, body: Body, query: URLSearchParams, request: Request): [status: number, body?: unknown] {
    switch (path) {
      case 'GET /api/auth/options':
        return [200, this.options]
      case 'POST /api/auth/forgot':
        return [204]
      case 'POST /api/auth/reset':
        if (body.token !== 'once') throw new Refusal(403, 'This link does not work.')
        this.password = body.password ?? ''
        return [204]
      case 'POST /api/auth/register':
        Object.assign(this.user, { name: body.name, email: body.email })
        return [200, this.session()]
      case 'POST /api/auth/invitation':
        if (body.token !== 'invited') throw new Refusal(403, 'This invitation does not work.')
        return [200, this.offer]
      case 'POST /api/auth/accept':
        Object.assign(this.user, { name: body.name, email: this.offer.email })
        return [200, this.session()]
      case 'POST /api/auth/sign-in':
        if (body.email !== this.user.email || body.password !== this.password) {
          throw new Refusal(401, 'The e-mail address or the password is wrong.')
        }
        return [200, this.session()]
      case 'POST /api/auth/refresh':
        if (!this.signedIn) throw new Refusal(401, 'You are not signed in.')
        return [200, this.session()]
      case 'POST /api/setup':
        if (body.token !== this.setupToken) throw new Refusal(404, 'This link was used already, or is too old.')
        Object.assign(this.user, { name: body.name, email: body.email })
        this.tenants[0] = { id: this.tenantId, name: body.workspace ?? '', role: 'owner' }
        return [200, this.session()]
    }
    if (!request.headers.get('Authorization')?.startsWith('Bearer token-') || !this.signedIn) {
      throw new Refusal(401, '')
    }
    const ofNumbers = this.numbers.answer(path, body, (id, text, payload) => {
      const template = { sender: 'agent', kind: 'template', text, payload, authorId: this.user.id } as const
      return this.say(id, { ...template, authorName: this.user.name })
    })
    if (ofNumbers) return ofNumbers
    const [, collection = '', id = '', verb = ''] = /^\w+ \/api\/([\w-]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? []
    switch (collection) {
      case 'auth':
        return this.#auth(id, body)
      case 'me':
        if (request.method === 'PUT') this.user.language = body.language ?? ''
        if (request.method === 'PUT') return [204]
        return [200, this.session()]
      case 'tenant':
        if (request.method === 'PATCH') Object.assign(this.tenant, body)
        return [200, this.tenant]
      case 'team':
        return this.#team(request.method, id, verb, body)
      case 'invitations':
        return this.#invitations(request.method, id, body)
      case 'keys':
        return this.#keys(request.method, id, body)
      case 'sessions':
        if (request.method === 'DELETE') this.sessions = this.sessions.filter((one) => one.id !== id)
        return request.method === 'DELETE' ? [204] : [200, { items: this.sessions }]
      case 'channels':
        return [200, { items: id === 'events' ? this.notices : [] }]
      case 'erasures':
        return [200, this.erasing.done(id)]
      case 'contacts':
        if (verb === 'erase') return this.erasing.erase(this, id, body.name ?? '')
        return this.#contacts(request.method, id, verb, body, query)
      case 'reports':
        return id === '' ? [200, this.report] : [200, this.#behind()]
      case 'documents':
        return this.#documents(request.method, id, body, query)
      case 'knowledge':
        return [200, this.#finding(query.get('q') ?? '')]
      case 'demo':
        return this.#phone(request.method, id, body)
      case 'messages':
        return verb === 'trace' ? [200, this.#trace(id)] : [200, this.#retry(id)]
      case 'members':
        return [
          200,
          {
            items: this.members.map(({ id, name, role }) => ({ id, name, role })),
          } satisfies Schemas['PageMemberBrief'],
        ]
      case 'labels':
        return this.#labels(request.method, id, body)
      case 'canned-replies':
        return this.#cannedReplies(request.method, id, body)
      case 'conversations':
        if (id === 'counts') return [200, this.#counts()]
        if (id === 'bulk') return [200, this.#bulk(body)]
        return id === '' ? [200, this.#list(query)] : this.#conversation(request.method, id, verb, body, query)
      default:
        throw new Refusal(404, '')
    }
  }

  #auth(verb: string, body: Body): [number, unknown?] {
    switch (verb) {
      case 'sign-out':
      case 'sign-out-everywhere':
        this.signedIn = false
        return [204]
      case 'join':
        return [200, this.session()]
      case 'switch':
        this.tenantId = body.tenantId ?? ''
        return [200, this.session()]
      case 'password':
        if (body.current !== this.password) {
          throw new Refusal(422, 'The password you have now is another one.', { current: 'This is not your password.' })
        }
        this.password = body.new ?? ''
        this.mustChangePassword = false
        return [204]
      default:
        throw new Refusal(404, '')
    }
  }

  #team(method: string, id: string, verb: string, body: Body): [number, unknown?] {
    if (id === '') return [200, { items: this.members } satisfies Schemas['PageMember']]
    const member = this.members.find((one) => one.id === id)
    if (!member) throw new Refusal(404, 'There is no such member.')
    if (verb === 'reset-link') return [200, { link: '/reset#once' } satisfies Schemas['OneTimeLink']]
    if (method === 'DELETE') this.members = this.members.filter((one) => one.id !== id)
    else this.members = this.members.map((one) => (one.id === id ? { ...one, ...(body as Partial<typeof one>) } : one))
    return [204]
  }

  #invitations(method: string, id: string, body: Body): [number, unknown?] {
    if (method === 'GET') return [200, { items: this.invitations } satisfies Schemas['PageInvitation']]
    if (method === 'DELETE') {
      this.invitations = this.invitations.filter((one) => one.id !== id)
      return [204]
    }
    const invitation = this.invitations.find((one) => one.id === id) ?? {
      id: this.#id('i'),
      email: body.email ?? '',
      role: body.role as Schemas['Invitation']['role'],
      createdAt: this.#at(),
      expiresAt: this.#at(7 * 24 * 3_600_000),
    }
    if (this.members.some(({ email }) => email === invitation.email)) {
      throw new Refusal(409, 'This person is a member of the workspace already.')
    }
    if (id === '') this.invitations = [invitation, ...this.invitations]
    const made = { invitation, link: '/invitation#invited', mailed: this.options.mail }
    return [id === '' ? 201 : 200, made satisfies Schemas['NewInvitation']]
  }

  #keys(method: string, id: string, body: Body): [number, unknown?] {
    if (method === 'DELETE') {
      this.keys = this.keys.filter((one) => one.id !== id)
      return [204]
    }
    const scopes = ['conversations:read', 'conversations:reply', 'knowledge:read']
    if (method === 'GET') return [200, { items: this.keys, scopes } satisfies Schemas['APIKeys']]
    const chosen = body.scopes as unknown as string[]
    if (chosen.length === 0) throw new Refusal(422, 'Choose something.', { scopes: 'Choose at least one thing.' })
    const key: Schemas['APIKey'] = {
      id: this.#id('k'),
      name: body.name ?? '',
      prefix: 'pk_fake',
      scopes: chosen,
      madeBy: this.user.name,
      createdAt: this.#at(),
      lastUsedAt: null,
      expiresAt: null,
    }
    this.keys = [key, ...this.keys]
    return [201, { key, secret: 'pk_fake_shown_once' } satisfies Schemas['NewAPIKey']]
  }

  #contacts(method: string, id: string, verb: string, body: Body, query: URLSearchParams): [number, unknown?] {
    if (id === '') {
      const q = (query.get('q') ?? '').toLowerCase()
      const items = this.contacts
        .filter(({ name, phone }) => `${name} ${phone}`.toLowerCase().includes(q))
        .map(({ id, name, username, phone, language, optedOutAt, createdAt, conversations }) => {
          const lastAt = conversations[0]?.lastMessage.at ?? null
          const shown = { id, name, username, phone, language, optedOutAt, createdAt, lastAt }
          return { ...shown, conversations: conversations.length }
        })
      return [200, { items } satisfies Schemas['PageContact']]
    }
    const find = (wanted: string) => {
      const found = this.contacts.find((one) => one.id === wanted)
      if (!found) throw new Refusal(404, 'There is no such contact.')
      return found
    }
    const contact = find(id)
    const side = (one: Schemas['FullContact']): Schemas['MergeSide'] => ({
      id: one.id,
      name: one.name,
      username: one.username,
      phone: one.phone,
      numbers: [one.phone],
      conversations: one.conversations.length,
      messages: 3,
      optedOut: one.optedOutAt !== null,
    })
    switch (verb) {
      case 'merge-preview':
        return [
          200,
          {
            stays: side(contact),
            goes: side(find(query.get('with') ?? '')),
            threads: 1,
          } satisfies Schemas['MergePreview'],
        ]
      case 'merge':
        this.contacts = this.contacts.filter((one) => one.id !== body.contactId)
        return [200, side(contact)]
      case 'consents': {
        const told = body as unknown as Schemas['Consent']
        contact.consents = [{ ...told, at: this.#at() }, ...contact.consents]
        if (told.topic === 'messages') contact.optedOutAt = told.granted ? null : this.#at()
        return [200, { ...contact }]
      }
    }
    if (method === 'PATCH') Object.assign(contact, body)
    return [200, { ...contact }]
  }

  #behind(): Schemas['PageReportedConversation'] {
    const items = this.conversations.map((c) => ({
      conversationId: c.id,
      episode: 1,
      contact: c.contact,
      at: c.createdAt,
      outcome: '',
    }))
    return { items }
  }

  #documents(method: string, id: string, body: Body, query: URLSearchParams): [number, unknown?] {
    if (method === 'POST') {
      const { text: _, ...added } = this.know(body.title ?? '', body.text ?? '')
      return [201, added]
    }
    if (id === '') {
      const from = Number(query.get('after') ?? 0)
      const items = this.documents.slice(from, from + this.pageSize).map(({ text: _, ...shown }) => shown)
      const next = from + this.pageSize < this.documents.length ? { next: String(from + this.pageSize) } : {}
      return [200, { items, ...next } satisfies Schemas['PageDocument']]
    }
    const document = this.documents.find((one) => one.id === id)
    if (!document) throw new Refusal(404, 'There is no such document.')
    if (method === 'GET') return [200, document]
    this.documents = this.documents.filter((one) => one.id !== id)
    this.#tell({ kind: 'document.changed', documentId: id })
    return [204]
  }

  #finding(q: string): Schemas['Finding'] {
    const hits = this.#search(q)
    const best = hits[0]
    const answered = best !== undefined && best.score >= 0.5
    return {
      hits,
      confidence: best?.score ?? 0,
      answered,
      answer: answered ? best.text : '',
      source: answered ? best.title : '',
    }
  }

  // The words of the question that are in a sentence; enough to tell a fitting one from the others.
  #search(q: string): Schemas['Hit'][] {
    const wanted = wordsOf(q)
    return this.documents
      .flatMap((d) =>
        sentences(d.text).map((text, i) => {
          const there = wordsOf(text)
          const score = wanted.filter((word) => there.includes(word)).length / Math.max(1, wanted.length)
          return { passageId: `${d.id}-${i}`, documentId: d.id, title: d.title, heading: '', text, score }
        }),
      )
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, 5)
  }

  #phone(method: string, verb: string, body: Body): [number, unknown?] {
    if (verb === '') return [200, this.phone]
    if (!this.phone.enabled) throw new Refusal(404, this.phone.reason)
    if (verb === 'reset') {
      this.#demo = ''
      this.#typing = false
      this.#tell({ kind: 'channel.changed' })
      return [204]
    }
    if (method === 'GET')
      return [200, { items: this.#onPhone(), typing: this.#typing } satisfies Schemas['PhoneThread']]
    this.#receive(body.text ?? '')
    return [204]
  }

  #onPhone(): PhoneMessage[] {
    return this.messages
      .filter((m) => m.conversationId === this.#demo && m.kind === 'text')
      .map((m) => ({
        id: m.id,
        from: m.sender === 'customer' ? 'me' : 'business',
        text: m.text,
        at: m.at,
        status: m.seq <= this.#read ? 'read' : 'delivered',
      }))
  }

  #receive(text: string): void {
    if (this.#demo === '') {
      this.#customers++
      const contact = { id: this.#id('k'), name: `Customer ${this.#customers}`, phone: '491555010000', username: '' }
      this.#demo = this.conversation('', text, { channelId: 'ch-demo', channelKind: 'demo', contact }).id
    } else {
      this.say(this.#demo, { sender: 'customer', text })
    }
    const id = this.#demo
    const c = this.#find(id)
    if (c.handler !== 'ai') {
      c.unread++
      return
    }
    this.#read = c.lastSeq
    if (this.#thinkMs === 0) {
      this.#think(id, text)
      return
    }
    this.#typing = true
    this.change(id, { answering: true })
    setTimeout(() => {
      this.#typing = false
      this.#think(id, text)
    }, this.#thinkMs)
  }

  #think(id: string, question: string): void {
    const c = this.#find(id)
    if (c.handler !== 'ai') return
    this.change(id, { answering: false })
    const { answered, answer, hits, confidence } = this.#finding(question)
    const passages = hits.map((hit, i) => ({ ...hit, used: answered && i === 0 }))
    if (answered) {
      this.answer(id, answer, { confidence, passages })
      return
    }
    this.answer(id, 'I do not know that. A person will write to you.', {
      confidence,
      passages,
      outcome: 'handed_off',
      reason: 'not_known',
    })
    const summary = `Asked: ${question}`
    this.say(id, { sender: 'system', kind: 'event', text: 'handed_off', payload: { detail: 'not_known', summary } })
    this.change(id, { handler: 'human', handoff: { at: this.#at(), reason: 'not_known', summary } })
  }

  #list(query: URLSearchParams): Schemas['PageConversation'] {
    const q = (query.get('q') ?? '').toLowerCase()
    const view = query.get('view') ?? 'all'
    const from = Number(query.get('after') ?? 0)
    const all = this.conversations
      .filter((c) => this.#inView(c, view) && (q === '' || this.#mentions(c, q)) && fits(c, query))
      .sort((a, b) => Date.parse(b.lastMessage.at ?? '') - Date.parse(a.lastMessage.at ?? ''))
    const next = from + this.pageSize < all.length ? { next: String(from + this.pageSize) } : {}
    return { items: all.slice(from, from + this.pageSize), ...next }
  }

  #inView(c: Conversation, view: string): boolean {
    const mine = c.assigneeId === this.user.id
    const unreplied = c.lastMessage.sender === 'customer'
    const handedOff = c.handler === 'human' && c.handoff !== null && c.assigneeId === ''
    if (view === 'closed') return c.status === 'closed'
    if (c.status === 'closed') return false
    const asleep = Date.parse(c.snoozedUntil ?? '') > this.#now()
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

  #counts(): Schemas['Counts'] {
    const needsMe = this.conversations.filter((c) => this.#inView(c, 'needs_me')).length
    return { needsMe, unread: this.conversations.filter((c) => this.#inView(c, 'all') && c.unread > 0).length }
  }

  #bulk(body: Body): Schemas['BulkResults'] {
    const { ids, action = '', userId, until, labelId } = body as Body & { ids?: string[] }
    const verb = action === 'label' || action === 'unlabel' ? 'labels' : action
    const items = (ids ?? []).map((id) => {
      try {
        const others = this.#find(id)
          .labels.filter((one) => one.id !== labelId)
          .map((one) => one.id)
        const labelIds = action === 'label' ? [...others, labelId ?? ''] : others
        const part = { ...(userId !== undefined && { userId }), ...(until && { until }), labelIds }
        this.#conversation(verb === 'labels' ? 'PUT' : 'POST', id, verb, part as unknown as Body, new URLSearchParams())
        return { id, done: true, problem: '' }
      } catch (e) {
        return { id, done: false, problem: e instanceof Refusal ? e.message : '' }
      }
    })
    return { items }
  }

  #labels(method: string, id: string, body: Body): [number, unknown?] {
    const counted = (one: Schemas['LabelBrief']) => ({
      ...one,
      count: this.conversations.filter((c) => c.labels.some((on) => on.id === one.id)).length,
    })
    if (method === 'GET') return [200, { items: this.labels.map(counted) } satisfies Schemas['PageLabel']]
    if (this.labels.some((one) => one.id !== id && one.name.toLowerCase() === body.name?.toLowerCase())) {
      throw new Refusal(409, 'There is a label of this name already.')
    }
    if (method === 'POST') {
      const added = this.label(body.name ?? '', body.colour as Schemas['LabelBrief']['colour'])
      return [201, counted(added)]
    }
    if (method === 'DELETE') this.labels = this.labels.filter((one) => one.id !== id)
    else this.labels = this.labels.map((one) => (one.id === id ? { ...one, ...body } : one))
    return [204]
  }

  #cannedReplies(method: string, id: string, body: Body): [number, unknown?] {
    if (method === 'GET') return [200, { items: this.canned } satisfies Schemas['PageCannedReply']]
    const { shortcut = '', title = '', text = '' } = body
    if (method === 'POST') {
      if (this.canned.some((one) => one.shortcut === shortcut)) {
        throw new Refusal(409, 'Another canned reply has this shortcut.')
      }
      return [201, this.keep(shortcut, title, text)]
    }
    if (method === 'DELETE') this.canned = this.canned.filter((one) => one.id !== id)
    else this.canned = this.canned.map((one) => (one.id === id ? { ...one, shortcut, title, text } : one))
    return [204]
  }

  #mentions(c: Conversation, q: string): boolean {
    const texts = [c.contact.name, ...this.messages.filter((m) => m.conversationId === c.id).map((m) => m.text)]
    return texts.some((text) => text.toLowerCase().includes(q))
  }

  #conversation(method: string, id: string, verb: string, body: Body, query: URLSearchParams): [number, unknown?] {
    const c = this.#find(id)
    const mine = { handler: 'human', assigneeId: this.user.id, assigneeName: this.user.name, answering: false } as const
    switch (`${method} ${verb}`) {
      case 'GET ':
        return [200, c]
      case 'PATCH ':
        this.#event(id, `mode_${body.mode ?? ''}`)
        return [
          200,
          this.change(id, {
            mode: body.mode as Conversation['mode'],
            ...(body.mode === 'off' && { handler: 'human' }),
          }),
        ]
      case 'GET messages': {
        const before = Number(query.get('before') ?? Infinity)
        const limit = Number(query.get('limit') ?? 50)
        const all = this.messages.filter((m) => m.conversationId === id && m.seq < before)
        return [200, { items: all.slice(-limit) } satisfies Schemas['PageMessage']]
      }
      case 'POST messages': {
        const before = this.messages.find((one) => one.id === body.id)
        if (before) return [201, before]
        if (c.handler === 'ai' || c.handoff) this.#event(id, 'taken_over')
        const said = this.say(id, {
          sender: 'agent',
          text: body.text ?? '',
          authorId: this.user.id,
          authorName: this.user.name,
          ...(body.id && { id: body.id }),
        })
        this.change(id, { ...mine, handoff: null, unread: 0 })
        return [201, said]
      }
      case 'POST notes':
        return [
          201,
          this.say(id, {
            sender: 'agent',
            kind: 'note',
            text: body.text ?? '',
            authorId: this.user.id,
            authorName: this.user.name,
          }),
        ]
      case 'POST assign': {
        const to = this.members.find((one) => one.id === body.userId)
        if (body.userId && !to) throw new Refusal(422, 'This person is not a member of the workspace.')
        return [
          200,
          this.change(id, { assigneeId: to?.id ?? '', assigneeName: to?.name ?? '', ...(to && { handler: 'human' }) }),
        ]
      }
      case 'POST snooze':
        return [200, this.change(id, { snoozedUntil: body.until ?? '' })]
      case 'POST unsnooze':
        return [200, this.change(id, { snoozedUntil: null })]
      case 'PUT labels':
        return [200, this.change(id, { labels: this.labels.filter((one) => body.labelIds?.includes(one.id)) })]
      case 'POST takeover':
        this.#event(id, 'taken_over')
        return [200, this.change(id, { ...mine, unread: 0 })]
      case 'POST handback':
        this.#event(id, 'handed_back')
        return [200, this.change(id, { handler: 'ai', assigneeId: '', assigneeName: '', handoff: null })]
      case 'POST read':
        return [200, this.change(id, { unread: 0 })]
      case 'POST close':
        this.#event(id, 'closed')
        return [200, this.change(id, { status: 'closed', handoff: null, unread: 0 })]
      case 'POST reopen':
        this.#event(id, 'reopened')
        return [200, this.change(id, { ...mine, status: 'active' })]
      default:
        throw new Refusal(404, '')
    }
  }

  #file(id: string): Response {
    const bytes = this.files.get(id)
    if (bytes === undefined) return problem(new Refusal(404, 'There is no such file.'))
    const type = this.messages.find((m) => m.id === id)?.file?.type ?? ''
    return new Response(bytes, { headers: { 'Content-Type': type } })
  }

  // The form is read as text: what is looked for in it are the caption and the file's name.
  #sendFile(id: string, form: string): Response {
    const caption = /name="caption"\r\n\r\n([^\r]*)/.exec(form)?.[1] ?? ''
    const filename = /filename="([^"]*)"/.exec(form)?.[1] ?? ''
    if (!this.takesFiles) return problem(new Refusal(422, 'WhatsApp does not take this type of file.'))
    const said = this.say(id, {
      sender: 'agent',
      kind: 'document',
      text: caption,
      authorId: this.user.id,
      authorName: this.user.name,
      file: { state: 'here', failure: '', type: 'application/pdf', filename, size: 1200 },
    })
    this.files.set(said.id, '%PDF')
    return Response.json(said, { status: 201 })
  }

  #event(id: string, text: string): void {
    this.say(id, { sender: 'system', kind: 'event', text, authorId: this.user.id, authorName: this.user.name })
  }

  #trace(id: string): Trace {
    const trace = this.traces.get(id)
    if (!trace) throw new Refusal(404, 'There are no reasons for this message.')
    return trace
  }

  #retry(id: string): Message {
    const message = this.messages.find((one) => one.id === id)
    if (!message) throw new Refusal(404, '')
    Object.assign(message, { status: 'sent', error: null })
    this.#tell({ kind: 'message.changed', conversationId: message.conversationId, messageId: id })
    return message
  }

  #find(id: string): Conversation {
    const found = this.conversations.find((one) => one.id === id)
    if (!found) throw new Refusal(404, 'There is no such conversation.')
    return found
  }

  #tell(hint: Hint): void {
    for (const listener of this.#listeners) listener(hint)
  }

  #id(kind: string): string {
    return `${kind}-${++this.#ids}`
  }

  #at(later = 0): string {
    return new Date(this.#now() + later).toISOString()
  }
}

/** A report of two days in which nothing happened. */
export function emptyReport(): Schemas['Report'] {
  const none = { count: 0, medianMs: 0, p90Ms: 0 }
  const totals = { customer: 0, ai: 0, people: 0, opened: 0, closed: 0, aiAlone: 0, withPerson: 0, unanswered: 0 }
  const all = { ...totals, handedOff: 0, firstByAI: none, firstByPeople: none }
  const day = { customer: 0, ai: 0, people: 0, opened: 0, closed: 0 }
  return {
    from: '2026-11-23',
    to: '2026-11-24',
    timeZone: 'Europe/Berlin',
    totals: all,
    before: all,
    days: [
      { ...day, date: '2026-11-23' },
      { ...day, date: '2026-11-24' },
    ],
    handOffs: [],
    hours: Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0)),
    sampled: false,
  }
}

type Body = Partial<Record<string, string>>

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

async function bodyOf(request: Request): Promise<Body> {
  const text = await request.text()
  return text === '' ? {} : (JSON.parse(text) as Body)
}

function problem({ status, message, fields }: Pick<Refusal, 'status' | 'message' | 'fields'>): Response {
  const errors = Object.entries(fields).map(([name, said]) => ({ location: `body.${name}`, message: said }))
  return Response.json({ type: 'about:blank', status, detail: message, errors } satisfies Schemas['ErrorModel'], {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  })
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => sentence.trim() !== '')
}

const small = [
  'the',
  'a',
  'an',
  'is',
  'are',
  'do',
  'you',
  'we',
  'i',
  'it',
  'your',
  'our',
  'what',
  'when',
  'on',
  'at',
  'to',
  'of',
  'me',
  'can',
]

function wordsOf(text: string): string[] {
  const all = text.toLowerCase().match(/\p{L}+|\d+/gu) ?? []
  return all.filter((word) => !small.includes(word)).map((word) => word.replace(/s$/, ''))
}
