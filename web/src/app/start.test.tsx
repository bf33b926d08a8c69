import { render, screen } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'
import { FakeParley } from '../testing/fake-parley'
import { answerWith, server } from '../testing/server'

// A visit begins with a fresh session store, as in a new tab.
beforeEach(() => {
  vi.resetModules()
  // The other tabs are silent.
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      postMessage = vi.fn()
    },
  )
  history.replaceState(null, '', '/inbox')
})

async function visit() {
  const { App } = await import('./app')
  const { startWords } = await import('../lib/i18n')
  await startWords(['en'])
  render(<App />)
}

test('who was signed in comes back to where they were', async () => {
  const parley = new FakeParley()
  parley.session()
  parley.conversation('Amelia Hart', 'Are you open?')
  answerWith(parley)
  localStorage.setItem('parley.session', '1')
  await visit()
  expect(await screen.findByText('Amelia Hart')).toBeVisible()
  expect(parley.asked[0]).toBe('POST /api/auth/refresh')
})

test('a server out of reach signs nobody out', async () => {
  server.use(http.post(/\/api\/auth\/refresh/, () => HttpResponse.error()))
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  localStorage.setItem('parley.session', '1')
  await visit()
  expect(await screen.findByText('Parley does not answer')).toBeVisible()
  expect(localStorage.getItem('parley.session')).toBe('1')
})
