import type { FakeParley } from '../fake-parley'
import { Refusal, type Answer, type Asked, type Resource, type Schemas } from './asked.ts'

type Contact = Schemas['FullContact']

export const contacts: Resource = (parley, asked) => {
  const { method, id, verb, body, query } = asked
  if (id === 'import') {
    const imported = { ...parley.importing, dryRun: query.get('dryRun') === 'true' }
    return [200, imported satisfies Schemas['ContactImport']]
  }
  if (id === '') return list(parley, asked)
  if (verb === 'erase') return parley.erasing.erase(parley, id, body.name ?? '')
  const contact = find(parley, id)
  switch (verb) {
    case 'merge-preview': {
      const preview = { stays: side(contact), goes: side(find(parley, query.get('with') ?? '')), threads: 1 }
      return [200, preview satisfies Schemas['MergePreview']]
    }
    case 'merge':
      parley.contacts = parley.contacts.filter((one) => one.id !== body.contactId)
      return [200, side(contact)]
    case 'consents': {
      const told = body as unknown as Schemas['Consent']
      contact.consents = [{ ...told, at: parley.at() }, ...contact.consents]
      if (told.topic === 'messages') contact.optedOutAt = told.granted ? null : parley.at()
      return [200, { ...contact }]
    }
  }
  if (method === 'PATCH') Object.assign(contact, body)
  return [200, { ...contact }]
}

function list(parley: FakeParley, { query }: Asked): Answer {
  const q = (query.get('q') ?? '').toLowerCase()
  const from = Number(query.get('after') ?? 0)
  const to = from + parley.pageSize
  const all = parley.contacts.filter(({ name, phone }) => `${name} ${phone}`.toLowerCase().includes(q))
  const items = all
    .slice(from, to)
    .map(({ id, name, username, phone, language, optedOutAt, createdAt, conversations }) => {
      const lastAt = conversations[0]?.lastMessage.at ?? null
      const shown = { id, name, username, phone, language, optedOutAt, createdAt, lastAt }
      return { ...shown, conversations: conversations.length }
    })
  return [200, { items, ...(to < all.length && { next: String(to) }) } satisfies Schemas['PageContact']]
}

function find(parley: FakeParley, id: string): Contact {
  const found = parley.contacts.find((one) => one.id === id)
  if (!found) throw new Refusal(404, 'There is no such contact.')
  return found
}

function side(one: Contact): Schemas['MergeSide'] {
  return {
    id: one.id,
    name: one.name,
    username: one.username,
    phone: one.phone,
    numbers: [one.phone],
    conversations: one.conversations.length,
    messages: 3,
    optedOut: one.optedOutAt !== null,
  }
}
