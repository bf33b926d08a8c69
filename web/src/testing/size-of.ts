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

/** Gives boxes a size, and the rows of a long list a smaller one: as many are there as a page shows. */
export function layOut(): void {
  const sizes = {
    clientWidth: () => 400,
    clientHeight: () => 800,
    offsetHeight: (on: HTMLElement) => (on.dataset.index === undefined ? 800 : 60),
  }
  for (const [name, of] of Object.entries(sizes)) {
    Object.defineProperty(HTMLElement.prototype, name, {
      configurable: true,
      get(this: HTMLElement) {
        return of(this)
      },
    })
  }
}
