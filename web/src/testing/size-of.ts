import { vi } from 'vitest'

let width = 1440
const listeners = new Set<() => void>()

/** The size of things, which jsdom does not know. */
export const sizeOf = {
  /** Makes the window so wide; media queries follow. */
  window(px: number): void {
    width = px
    for (const listener of listeners) listener()
  },
}

// Understands what the pages ask: "(width >= 1280px)", "(width < 800px)", and says no to the rest.
vi.stubGlobal('matchMedia', (query: string) => {
  const [, than, px] = /width (<|>=) (\d+)px/.exec(query) ?? []
  return {
    get matches() {
      if (!than) return false
      return than === '<' ? width < Number(px) : width >= Number(px)
    },
    media: query,
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  }
})
