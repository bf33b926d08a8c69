import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { session } from '../api/session'
import { drafts } from '../lib/drafts'
import { startWords } from '../lib/i18n'
import { forgetPlaces } from '../ui/use-virtual-rows'
import { server } from './server'
import { layOut, sizeOf } from './size-of'

// The machine that runs the tests may be busy; a test that waits for nothing waits no longer.
configure({ asyncUtilTimeout: 20_000 })

beforeAll(async () => {
  server.listen({ onUnhandledRequest: 'error' })
  await startWords(['en'])
})

beforeEach(() => {
  localStorage.clear()
  sizeOf.window(1440)
})

afterEach(() => {
  cleanup()
  server.resetHandlers()
  drafts.clear()
  forgetPlaces()
  session.end()
  delete document.documentElement.dataset.theme
})

afterAll(() => server.close())

// What jsdom leaves out and the pages ask for.
class Watcher {
  observe = vi.fn()
  unobserve = vi.fn()
  disconnect = vi.fn()
  takeRecords = () => []
}
vi.stubGlobal('ResizeObserver', Watcher)
vi.stubGlobal('IntersectionObserver', Watcher)
vi.stubGlobal('scrollTo', vi.fn())
layOut()
Element.prototype.scrollIntoView = vi.fn()
Element.prototype.scrollTo = vi.fn()
Element.prototype.hasPointerCapture = () => false
Element.prototype.setPointerCapture = vi.fn()
Element.prototype.releasePointerCapture = vi.fn()
