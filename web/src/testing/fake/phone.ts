import type { FakeParley } from '../fake-parley'
import { Refusal, type Resource, type Schemas } from './asked.ts'
import { finding } from './knowledge.ts'

/** The built-in phone, /api/demo/…, and the AI behind it. */
export const demo: Resource = (parley, { method, id: verb, body }) => {
  if (verb === '') return [200, parley.phone]
  if (!parley.phone.enabled) throw new Refusal(404, parley.phone.reason)
  if (verb === 'reset') {
    Object.assign(parley.onPhone, { conversationId: '', typing: false })
    parley.hint({ kind: 'channel.changed' })
    return [204]
  }
  if (method === 'GET') {
    return [200, { items: shown(parley), typing: parley.onPhone.typing } satisfies Schemas['PhoneThread']]
  }
  receive(parley, body.text ?? '')
  return [204]
}

function shown({ messages, onPhone }: FakeParley): Schemas['PhoneMessage'][] {
  return messages
    .filter((m) => m.conversationId === onPhone.conversationId && m.kind === 'text')
    .map((m) => ({
      id: m.id,
      from: m.sender === 'customer' ? 'me' : 'business',
      text: m.text,
      at: m.at,
      status: m.seq <= onPhone.readSeq ? 'read' : 'delivered',
    }))
}

function receive(parley: FakeParley, text: string): void {
  const { onPhone } = parley
  if (onPhone.conversationId === '') {
    const name = `Customer ${++onPhone.customers}`
    const contact = { id: parley.newId('k'), name, phone: '491555010000', username: '' }
    const demo = { channelId: 'ch-demo', channelKind: 'demo', contact } as const
    onPhone.conversationId = parley.conversation('', text, demo).id
  } else {
    parley.say(onPhone.conversationId, { sender: 'customer', text })
  }
  const id = onPhone.conversationId
  const c = parley.find(id)
  if (c.handler !== 'ai') {
    c.unread++
    return
  }
  onPhone.readSeq = c.lastSeq
  if (parley.thinkMs === 0) {
    think(parley, id, text)
    return
  }
  onPhone.typing = true
  parley.change(id, { answering: true })
  setTimeout(() => {
    onPhone.typing = false
    think(parley, id, text)
  }, parley.thinkMs)
}

function think(parley: FakeParley, id: string, question: string): void {
  if (parley.find(id).handler !== 'ai') return
  parley.change(id, { answering: false })
  const { answered, answer, hits, confidence } = finding(parley, question)
  const passages = hits.map((hit, i) => ({ ...hit, used: answered && i === 0 }))
  if (answered) {
    parley.answer(id, answer, { confidence, passages })
    return
  }
  parley.answer(id, 'I do not know that. A person will write to you.', {
    confidence,
    passages,
    outcome: 'handed_off',
    reason: 'not_known',
  })
  const summary = `Asked: ${question}`
  parley.say(id, { sender: 'system', kind: 'event', text: 'handed_off', payload: { detail: 'not_known', summary } })
  parley.change(id, { handler: 'human', handoff: { at: parley.at(), reason: 'not_known', summary } })
}
