import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Colleagues, colleagueSeen, type Colleague } from './colleagues'
import { Whereabouts, type Place } from './whereabouts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const seen = (userId: string, conversationId: string, more: Partial<Colleague> = {}): Colleague => ({
  kind: colleagueSeen,
  userId,
  tab: `tab-of-${userId}`,
  conversationId,
  ...more,
})

test('who writes stands before who looks, each once, and oneself is no colleague', () => {
  const colleagues = new Colleagues(() => 'me')
  colleagues.begin([seen('ana', 'c'), seen('me', 'c')])
  colleagues.hear(seen('ben', 'c', { typing: true }))
  colleagues.hear(seen('ben', 'c', { tab: 'phone' }))
  expect(colleagues.at('c')).toEqual({ typing: ['ben'], looking: ['ana'] })
  expect(colleagues.at('d')).toEqual({ typing: [], looking: [] })
  colleagues.hear(seen('ana', ''))
  expect(colleagues.at('c')).toEqual({ typing: ['ben'], looking: [] })
})

test('a tab that moves is in one place; nothing is told when nothing changes', () => {
  const colleagues = new Colleagues(() => 'me')
  const told = vi.fn()
  colleagues.subscribe(told)
  colleagues.hear(seen('ana', 'c'))
  const before = colleagues.at('c')
  colleagues.hear(seen('ana', 'c'))
  expect(told).toHaveBeenCalledOnce()
  expect(colleagues.at('c')).toBe(before)
  colleagues.hear(seen('ana', 'd'))
  expect(colleagues.at('c').looking).toEqual([])
  expect(colleagues.at('d').looking).toEqual(['ana'])
})

test('a tab that falls silent is gone after 20 s', () => {
  const colleagues = new Colleagues(() => 'me')
  const told = vi.fn()
  colleagues.hear(seen('ana', 'c'))
  vi.advanceTimersByTime(15_000)
  colleagues.hear(seen('ben', 'c'))
  colleagues.subscribe(told)
  vi.advanceTimersByTime(5_000)
  expect(colleagues.at('c').looking).toEqual(['ben'])
  vi.advanceTimersByTime(15_000)
  expect(colleagues.at('c').looking).toEqual([])
  expect(told).toHaveBeenCalledTimes(2)
})

test('a tab says where it is when that changes, and every 8 s', () => {
  const said: Place[] = []
  const whereabouts = new Whereabouts((place) => said.push(place))
  const leave = whereabouts.look('c')
  whereabouts.typed(true)
  whereabouts.typed(true)
  expect(said.splice(0)).toEqual([
    { conversationId: 'c', typing: false },
    { conversationId: 'c', typing: true },
  ])
  vi.advanceTimersByTime(4_000)
  expect(said.splice(0)).toEqual([{ conversationId: 'c', typing: false }])
  vi.advanceTimersByTime(4_000)
  expect(said.splice(0)).toEqual([{ conversationId: 'c', typing: false }])
  whereabouts.look('d')
  leave() // the page of c goes away after that of d has come
  expect(said.splice(0)).toEqual([{ conversationId: 'd', typing: false }])
  whereabouts.begin()
  expect(said.splice(0)).toEqual([{ conversationId: 'd', typing: false }])
})

test('a tab that nobody can see is nowhere', () => {
  const said: Place[] = []
  const whereabouts = new Whereabouts((place) => said.push(place))
  const leave = whereabouts.look('c')
  const visible = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  document.dispatchEvent(new Event('visibilitychange'))
  vi.advanceTimersByTime(60_000)
  visible.mockReturnValue('visible')
  document.dispatchEvent(new Event('visibilitychange'))
  visible.mockRestore()
  leave()
  expect(said).toEqual([
    { conversationId: 'c', typing: false },
    { conversationId: '', typing: false },
    { conversationId: 'c', typing: false },
    { conversationId: '', typing: false },
  ])
})
