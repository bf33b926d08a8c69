import type { Resource, Schemas } from './asked.ts'

export const reports: Resource = (parley, { id }) => {
  if (id === '') return [200, parley.report]
  const items = parley.conversations.map((c) => ({
    conversationId: c.id,
    episode: 1,
    contact: c.contact,
    at: c.createdAt,
    outcome: '',
  }))
  return [200, { items } satisfies Schemas['PageReportedConversation']]
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
