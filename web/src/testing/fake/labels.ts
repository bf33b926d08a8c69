import { Refusal, type Resource, type Schemas } from './asked.ts'

export const labels: Resource = (parley, { method, id, body }) => {
  const counted = (one: Schemas['LabelBrief']) => ({
    ...one,
    count: parley.conversations.filter((c) => c.labels.some((on) => on.id === one.id)).length,
  })
  if (method === 'GET') return [200, { items: parley.labels.map(counted) } satisfies Schemas['PageLabel']]
  if (parley.labels.some((one) => one.id !== id && one.name.toLowerCase() === body.name?.toLowerCase())) {
    throw new Refusal(409, 'There is a label of this name already.')
  }
  if (method === 'POST') {
    return [201, counted(parley.label(body.name ?? '', body.colour as Schemas['LabelBrief']['colour']))]
  }
  if (method === 'DELETE') parley.labels = parley.labels.filter((one) => one.id !== id)
  else parley.labels = parley.labels.map((one) => (one.id === id ? { ...one, ...body } : one))
  return [204]
}

export const cannedReplies: Resource = (parley, { method, id, body }) => {
  if (method === 'GET') return [200, { items: parley.canned } satisfies Schemas['PageCannedReply']]
  const { shortcut = '', title = '', text = '' } = body
  if (method === 'POST') {
    if (parley.canned.some((one) => one.shortcut === shortcut)) {
      throw new Refusal(409, 'Another canned reply has this shortcut.')
    }
    return [201, parley.keep(shortcut, title, text)]
  }
  if (method === 'DELETE') parley.canned = parley.canned.filter((one) => one.id !== id)
  else parley.canned = parley.canned.map((one) => (one.id === id ? { ...one, shortcut, title, text } : one))
  return [204]
}
