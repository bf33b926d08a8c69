import type { FakeParley } from '../fake-parley'
import { Refusal, type Asked, type Resource, type Schemas } from './asked.ts'

export const messages: Resource = (parley, { id, verb }) => {
  if (verb === 'media') return media(parley, id)
  if (verb === 'trace') {
    const trace = parley.traces.get(id)
    if (!trace) throw new Refusal(404, 'There are no reasons for this message.')
    return [200, trace]
  }
  const message = parley.messages.find((one) => one.id === id)
  if (!message) throw new Refusal(404, '')
  Object.assign(message, { status: 'sent', error: null })
  parley.hint({ kind: 'message.changed', conversationId: message.conversationId, messageId: id })
  return [200, message]
}

function media(parley: FakeParley, id: string): Response {
  const bytes = parley.files.get(id)
  if (bytes === undefined) throw new Refusal(404, 'There is no such file.')
  const type = parley.messages.find((m) => m.id === id)?.file?.type ?? ''
  return new Response(bytes, { headers: { 'Content-Type': type } })
}

/** Takes a file for a conversation. The form is read as text: what is looked for are the caption and the name. */
export function sendFile(parley: FakeParley, { id, form }: Asked): [number, Schemas['Message']] {
  const caption = /name="caption"\r\n\r\n([^\r]*)/.exec(form)?.[1] ?? ''
  const filename = /filename="([^"]*)"/.exec(form)?.[1] ?? ''
  if (!parley.takesFiles) throw new Refusal(422, 'WhatsApp does not take this type of file.')
  const said = parley.say(id, {
    sender: 'agent',
    authorId: parley.user.id,
    authorName: parley.user.name,
    kind: 'document',
    text: caption,
    file: { state: 'here', failure: '', type: 'application/pdf', filename, size: 1200 },
  })
  parley.files.set(said.id, '%PDF')
  return [201, said]
}
