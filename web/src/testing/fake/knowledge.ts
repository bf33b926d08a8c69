import type { FakeParley } from '../fake-parley'
import { Refusal, type Resource, type Schemas } from './asked.ts'

export const documents: Resource = (parley, { method, id, body, query }) => {
  if (method === 'POST') {
    const { text: _, ...added } = parley.know(body.title ?? '', body.text ?? '')
    return [201, added]
  }
  if (id === '') {
    const from = Number(query.get('after') ?? 0)
    const items = parley.documents.slice(from, from + parley.pageSize).map(({ text: _, ...shown }) => shown)
    const next = from + parley.pageSize < parley.documents.length ? { next: String(from + parley.pageSize) } : {}
    return [200, { items, ...next } satisfies Schemas['PageDocument']]
  }
  const document = parley.documents.find((one) => one.id === id)
  if (!document) throw new Refusal(404, 'There is no such document.')
  if (method === 'GET') return [200, document]
  parley.documents = parley.documents.filter((one) => one.id !== id)
  parley.hint({ kind: 'document.changed', documentId: id })
  return [204]
}

export const knowledge: Resource = (parley, { query }) => [200, finding(parley, query.get('q') ?? '')]

/** What the AI would find, and say. */
export function finding(parley: FakeParley, q: string): Schemas['Finding'] {
  const hits = search(parley, q)
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
function search(parley: FakeParley, q: string): Schemas['Hit'][] {
  const wanted = wordsOf(q)
  return parley.documents
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

export function sentences(text: string): string[] {
  return text.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => sentence.trim() !== '')
}

const small = 'the a an is are do you we i it your our what when on at to of me can'.split(' ')

function wordsOf(text: string): string[] {
  const all = text.toLowerCase().match(/\p{L}+|\d+/gu) ?? []
  return all.filter((word) => !small.includes(word)).map((word) => word.replace(/s$/, ''))
}
