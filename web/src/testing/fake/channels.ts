import type { FakeParley } from '../fake-parley'
import type { Answer, Asked, Resource } from './asked.ts'

export const channels: Resource = (parley, asked) =>
  asked.id === 'events' ? [200, { items: parley.notices }] : (ofNumbers(parley, asked) ?? [404])

export const erasures: Resource = (parley, { id }) => [200, parley.erasing.done(id)]

/** What the numbers and their templates answer; undefined when it is not asked of them. */
export function ofNumbers(parley: FakeParley, { method, path, body }: Asked): Answer | undefined {
  return parley.numbers.answer(`${method} ${path}`, body, (id, text, payload) => {
    const template = { sender: 'agent', kind: 'template', text, payload, authorId: parley.user.id } as const
    return parley.say(id, { ...template, authorName: parley.user.name })
  })
}
