import { act, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { FakeParley } from '../testing/fake-parley'
import { renderPage } from '../testing/render-page'

afterEach(() => vi.unstubAllGlobals())

const handedOff = { handler: 'human', handoff: { at: null, reason: 'asked_for_person', summary: '' } } as const

function noticesShown(permission: string): string[] {
  const shown: string[] = []
  class Shown {
    static permission = permission
    static requestPermission = () => Promise.resolve(permission)
    onclick: (() => void) | null = null
    close = vi.fn()
    constructor(title: string) {
      shown.push(title)
    }
  }
  vi.stubGlobal('Notification', Shown)
  return shown
}

test('the title counts who needs the person, and a hidden page calls when there are more', async () => {
  const shown = noticesShown('granted')
  const parley = new FakeParley()
  parley.conversation('Amelia Hart', 'A person, please', handedOff)
  const { user, queries, router } = renderPage('/account', { parley })
  await waitFor(() => expect(document.title).toBe('(1) Parley'))
  await user.click(await screen.findByRole('checkbox', { name: 'Show a notice while the page is out of sight' }))
  await waitFor(() => expect(screen.getByRole('checkbox', { name: /Show a notice/ })).toBeChecked())
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)

  parley.conversation('Diego', 'A person!', handedOff)
  await act(() => queries.invalidateQueries())
  await waitFor(() => expect(document.title).toBe('(2) Parley'))
  expect(shown).toEqual(['2 need you'])

  parley.conversations = []
  await act(() => queries.invalidateQueries())
  await waitFor(() => expect(document.title).toBe('Parley'))
  expect(shown).toHaveLength(1)
  expect(router.state.location.pathname).toBe('/account')
})

test('a browser that refuses is said so, with what to do', async () => {
  noticesShown('denied')
  const { user } = renderPage('/account')
  await user.click(await screen.findByRole('checkbox', { name: /Show a notice/ }))
  expect(await screen.findByRole('alert')).toHaveTextContent("Allow them for this page in the browser's settings")
  expect(screen.getByRole('checkbox', { name: /Show a notice/ })).not.toBeChecked()
})

test('a sound is played when it was asked for', async () => {
  const played: number[] = []
  const node = { connect: (to: unknown) => to }
  vi.stubGlobal(
    'AudioContext',
    class {
      currentTime = 0
      destination = node
      close = () => Promise.resolve()
    },
  )
  vi.stubGlobal(
    'OscillatorNode',
    class {
      connect = node.connect
      stop = vi.fn()
      start = (at: number) => played.push(at)
    },
  )
  vi.stubGlobal(
    'GainNode',
    class {
      connect = node.connect
      gain = { setValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() }
    },
  )
  const parley = new FakeParley()
  const { user, queries } = renderPage('/account', { parley })
  await user.click(await screen.findByRole('checkbox', { name: 'Play a sound' }))
  await waitFor(() => expect(parley.asked.some((one) => one.includes('/api/conversations'))).toBe(true))
  parley.conversation('Amelia Hart', 'A person, please', handedOff)
  await act(() => queries.invalidateQueries())
  await waitFor(() => expect(played).toEqual([0, 0.12]))
})
