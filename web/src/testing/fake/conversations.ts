import type { FakeParley } from '../fake-parley'
import { Refusal, type Answer, type Asked, type Body, type Resource, type Schemas } from './asked.ts'
import { ofNumbers } from './channels.ts'
import { countsOf, listOf } from './conversation-list.ts'
import { sendFile } from './messages.ts'

type Conversation = Schemas['Conversation']

export const conversations: Resource = (parley, asked) => {
  if (asked.verb === 'template') return ofNumbers(parley, asked) ?? [404]
  switch (asked.id) {
    case '':
      return [200, listOf(parley, asked.query)]
    case 'counts':
      return [200, countsOf(parley)]
    case 'bulk':
      return [200, bulk(parley, asked)]
    default:
      return asked.form !== '' ? sendFile(parley, asked) : one(parley, asked)
  }
}

function one(parley: FakeParley, { method, id, verb, body, query }: Asked): Answer {
  const c = parley.find(id)
  const by = { authorId: parley.user.id, authorName: parley.user.name }
  const mine = {
    handler: 'human',
    assigneeId: parley.user.id,
    assigneeName: parley.user.name,
    answering: false,
  } as const
  const happened = (text: string) => parley.say(id, { ...by, sender: 'system', kind: 'event', text })
  switch (`${method} ${verb}`) {
    case 'GET ':
      return [200, c]
    case 'PATCH ': {
      happened(`mode_${body.mode ?? ''}`)
      const mode = body.mode as Conversation['mode']
      return [200, parley.change(id, { mode, ...(mode === 'off' && { handler: 'human' }) })]
    }
    case 'GET messages': {
      const [before, after] = [Number(query.get('before') ?? Infinity), Number(query.get('after') ?? 0)]
      const limit = Number(query.get('limit') ?? 50)
      const all = parley.messages.filter((m) => m.conversationId === id && m.seq < before && m.seq > after)
      const items = after > 0 ? all.slice(0, limit) : all.slice(-limit)
      return [200, { items } satisfies Schemas['PageMessage']]
    }
    case 'POST messages': {
      const before = parley.messages.find((one) => one.id === body.id)
      if (before) return [201, before]
      if (c.handler === 'ai' || c.handoff) happened('taken_over')
      const said = parley.say(id, { ...by, sender: 'agent', text: body.text ?? '', ...(body.id && { id: body.id }) })
      parley.change(id, { ...mine, handoff: null, unread: 0 })
      return [201, said]
    }
    case 'POST notes':
      return [201, parley.say(id, { ...by, sender: 'agent', kind: 'note', text: body.text ?? '' })]
    case 'POST assign': {
      const to = parley.members.find(({ id }) => id === body.userId)
      if (body.userId && !to) throw new Refusal(422, 'This person is not a member of the workspace.')
      const given = { assigneeId: to?.id ?? '', assigneeName: to?.name ?? '' }
      return [200, parley.change(id, { ...given, ...(to && { handler: 'human' }) })]
    }
    case 'POST snooze':
      return [200, parley.change(id, { snoozedUntil: body.until ?? '' })]
    case 'POST unsnooze':
      return [200, parley.change(id, { snoozedUntil: null })]
    case 'PUT labels':
      return [200, parley.change(id, { labels: parley.labels.filter((label) => body.labelIds?.includes(label.id)) })]
    case 'POST takeover':
      happened('taken_over')
      return [200, parley.change(id, { ...mine, unread: 0 })]
    case 'POST handback':
      happened('handed_back')
      return [200, parley.change(id, { handler: 'ai', assigneeId: '', assigneeName: '', handoff: null })]
    case 'POST read':
      return [200, parley.change(id, { unread: 0 })]
    case 'POST close':
      happened('closed')
      return [200, parley.change(id, { status: 'closed', handoff: null, unread: 0 })]
    case 'POST reopen':
      happened('reopened')
      return [200, parley.change(id, { ...mine, status: 'active' })]
    default:
      throw new Refusal(404, '')
  }
}

function bulk(parley: FakeParley, asked: Asked): Schemas['BulkResults'] {
  const { ids, action = '', userId, until, labelId } = asked.body as Body & { ids?: string[] }
  const labels = action === 'label' || action === 'unlabel'
  const items = (ids ?? []).map((id) => {
    try {
      const others = parley.find(id).labels.flatMap((label) => (label.id === labelId ? [] : [label.id]))
      const labelIds = action === 'label' ? [...others, labelId ?? ''] : others
      const part = { ...(userId !== undefined && { userId }), ...(until && { until }), labelIds }
      const [method, verb] = labels ? ['PUT', 'labels'] : ['POST', action]
      one(parley, { ...asked, method, id, verb, body: part as unknown as Body })
      return { id, done: true, problem: '' }
    } catch (e) {
      return { id, done: false, problem: e instanceof Refusal ? e.message : '' }
    }
  })
  return { items }
}
