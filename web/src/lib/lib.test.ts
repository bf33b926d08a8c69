import { act, renderHook } from '@testing-library/react'
import i18next from 'i18next'
import { afterEach, expect, test, vi } from 'vitest'
import { sizeOf } from '../testing/size-of'
import { coalesce } from './coalesce'
import { drafts, useDraft } from './drafts'
import { chooseWords, startWords } from './i18n'
import { initials } from './initials'
import { chooseLanguage } from './languages'
import { pseudo } from './pseudo'
import { size } from './size'
import { useTheme } from './theme'
import { ago, clock, dayName, dayOf, exact, millis, span, spanToMinute } from './time'
import { narrow, useMedia } from './use-media'
import { useNow } from './use-now'

afterEach(() => vi.useRealTimers())

const at = Date.parse('2026-11-24T17:42:00')
const minute = 60_000
const day = 24 * 60 * minute

test('times are said as people say them', () => {
  expect(millis(null)).toBeNaN()
  expect(millis('2026-11-24T17:42:00')).toBe(at)
  expect(clock(at, 'en-GB')).toBe('17:42')
  expect(exact(at, 'en-GB')).toContain('24 November 2026')
  expect(ago(at, at + 30_000, 'en', 'now')).toBe('now')
  expect(ago(at, at - 30_000, 'en', 'now')).toBe('now')
  expect(ago(at, at + 5 * minute, 'en', 'now')).toBe('5 min')
  expect(ago(at, at + 3 * 60 * minute, 'en', 'now')).toBe('3 hr')
  expect(ago(at, at + 2 * day, 'en', 'now')).toBe('2 days')
  expect(ago(at, at + 8 * day, 'en', 'now')).toBe('Nov 24')
  expect(ago(at, at + 400 * day, 'en', 'now')).toBe('Nov 24, 2026')
  expect(span(59 * minute, 'en')).toBe('59 min')
  expect(spanToMinute(80 * minute, 'en')).toBe('1 hr 20 min')
  expect(spanToMinute(120 * minute, 'en')).toBe('2 hr')
  expect(spanToMinute(25 * 60 * minute, 'en')).toBe('1 day')
  expect(dayOf(at)).toBe('2026-11-24')
  expect(dayName(at, at + minute, 'en')).toBe('Today')
  expect(dayName(at, at + day, 'en')).toBe('Yesterday')
  expect(dayName(at, at + day, 'de')).toBe('Gestern')
  expect(dayName(at, at + 3 * day, 'en')).toBe('Nov 24')
})

test('sizes are said as people say them', () => {
  expect(size(840, 'en')).toBe('840 byte')
  expect(size(1_240, 'en')).toBe('1.2 kB')
  expect(size(12_400, 'en')).toBe('12 kB')
  expect(size(1_400_000, 'en')).toBe('1.4 MB')
})

test('initials are letters, in every script', () => {
  expect(initials('Amelia Hart')).toBe('AH')
  expect(initials('amelia')).toBe('A')
  expect(initials('Anna Maria van der Berg')).toBe('AB')
  expect(initials('सुनीता')).toBe('सु')
  expect(initials('+44 7700 900318')).toBe('')
})

test('of many calls the first and the last run', () => {
  vi.useFakeTimers()
  const run = vi.fn()
  const call = coalesce(run, 100)
  for (let i = 0; i < 10; i++) call('a')
  call('b')
  expect(run.mock.calls).toEqual([['a'], ['b']])
  vi.advanceTimersByTime(100)
  expect(run.mock.calls).toEqual([['a'], ['b'], ['a']])
  vi.advanceTimersByTime(1_000)
  expect(run).toHaveBeenCalledTimes(3)
})

test('drafts are kept on the device until they are sent or forgotten', () => {
  const { result } = renderHook(() => useDraft('c-1'))
  act(() => result.current[1]('half a sentence'))
  expect(result.current[0]).toBe('half a sentence')
  expect(localStorage.getItem('parley.draft.c-1')).toBe('half a sentence')
  expect(drafts.read('c-2')).toBe('')
  act(() => result.current[1](''))
  expect(localStorage.getItem('parley.draft.c-1')).toBeNull()
  localStorage.setItem('other', 'stays')
  drafts.write('c-3', 'x')
  act(() => drafts.clear())
  expect(drafts.read('c-3')).toBe('')
  expect(localStorage.getItem('other')).toBe('stays')
})

test('without storage drafts and choices last as long as the page', () => {
  const denied = () => {
    throw new Error('denied')
  }
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(denied)
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(denied)
  const { result } = renderHook(() => useTheme())
  drafts.write('c-9', 'kept here')
  act(() => result.current[1]('light'))
  expect(drafts.read('c-9')).toBe('kept here')
  expect(drafts.read('c-10')).toBe('')
  expect(result.current[0]).toBe('light')
  act(() => result.current[1]('system'))
  expect(result.current[0]).toBe('system')
})

test('the language is the first one preferred that there is', () => {
  expect(chooseLanguage(['fr-CA', 'en-GB'])).toBe('en')
  expect(chooseLanguage(['en'])).toBe('en')
  expect(chooseLanguage(['xx'])).toBe('en')
  expect(chooseLanguage(['ar', 'es-MX', 'en'])).toBe('es')
})

test('a chosen language stays on the device and marks the page', async () => {
  await chooseWords('en')
  expect(localStorage.getItem('parley.language')).toBe('en')
  document.documentElement.lang = ''
  await startWords(['fr', 'en-GB'])
  expect(document.documentElement.lang).toBe('en-GB')
  expect(i18next.language).toBe('en-GB')
  expect(document.documentElement.dir).toBe('ltr')
  expect(i18next.t('close')).toBe('Close')
  await startWords(['fr'])
  expect(i18next.language).toBe('en')
})

test('Spanish is spoken as it is where the person lives', async () => {
  await startWords(['es-MX', 'en'])
  expect(document.documentElement.lang).toBe('es-MX')
  expect(i18next.t('close')).toBe('Cerrar')
  expect(i18next.t('problem.wait', { count: 1 })).toMatch(/1 segundo\.$/)
  expect(i18next.t('problem.wait', { count: 20 })).toMatch(/20 segundos\.$/)
  expect(size(1_400_000, 'es')).toBe('1,4 MB')
  await startWords(['en'])
})

test('the language nobody speaks keeps what is put into words', () => {
  expect(pseudo({ a: 'Ask {{name}} <1>now</1>', b: { n_one: '{{count}} cat', n_other: '{{count}} cats' } })).toEqual({
    a: '⟦ÁÁšķ {{name}} <1>ñööŵ</1>⟧',
    b: Object.fromEntries(
      ['one', 'zero', 'two', 'few', 'many', 'other'].map((form) => [
        `n_${form}`,
        form === 'one' ? '⟦{{count}} çááţ⟧' : '⟦{{count}} çááţš⟧',
      ]),
    ),
  })
})

test('everything ticks together', () => {
  vi.useFakeTimers({ now: at })
  const first = renderHook(() => useNow())
  const second = renderHook(() => useNow())
  act(() => void vi.advanceTimersByTime(15_000))
  expect(first.result.current).toBe(at + 15_000)
  expect(second.result.current).toBe(first.result.current)
})

test('the width of the window is followed', () => {
  const { result } = renderHook(() => useMedia(narrow))
  expect(result.current).toBe(false)
  act(() => sizeOf.window(360))
  expect(result.current).toBe(true)
})
