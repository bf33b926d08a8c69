/** Where a tab of a colleague is. Like hints it has ids only; unlike them it is not read again over HTTP. */
export type Colleague = {
  kind: typeof colleagueSeen
  userId: string
  tab: string
  /** Nothing when the tab shows no conversation any more. */
  conversationId?: string
  typing?: boolean
}

/** Who is at a conversation, each once: those who write there, and those who only look. */
export type Here = { readonly typing: readonly string[]; readonly looking: readonly string[] }

export const colleagueSeen = 'colleague.seen'
/** How often a tab says again where it is. */
export const sayAgainMs = 8_000
// A tab that was not heard of for so long has died without a word.
const lifeMs = 20_000

const nobody: Here = { typing: [], looking: [] }

/** Where the other tabs of the workspace are, as the socket tells it. What it gives changes only when it is different. */
export class Colleagues {
  #tabs = new Map<string, { at: Colleague; until: number }>()
  #here = new Map<string, Here>()
  #listeners = new Set<() => void>()
  #me: () => string | undefined
  #sweep: ReturnType<typeof setTimeout> | undefined

  /** One's own tabs are no colleagues; `me` says whose they are. */
  constructor(me: () => string | undefined) {
    this.#me = me
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Who is at a conversation. */
  at(conversationId: string): Here {
    return this.#here.get(conversationId) ?? nobody
  }

  hear(seen: Colleague): void {
    this.#note(seen)
    this.#show()
  }

  /** Forgets what was heard and begins with what is so now: the socket has come up, or is gone. */
  begin(all: readonly Colleague[]): void {
    this.#tabs.clear()
    for (const one of all) this.#note(one)
    this.#show()
  }

  #note(seen: Colleague): void {
    if (seen.userId === this.#me() || !seen.conversationId) this.#tabs.delete(seen.tab)
    else this.#tabs.set(seen.tab, { at: seen, until: Date.now() + lifeMs })
  }

  #show(): void {
    clearTimeout(this.#sweep)
    const now = Date.now()
    for (const [tab, { until }] of this.#tabs) if (until <= now) this.#tabs.delete(tab)
    if (this.#tabs.size > 0) {
      const next = Math.min(...[...this.#tabs.values()].map(({ until }) => until))
      this.#sweep = setTimeout(() => this.#show(), next - now)
    }
    const here = gather([...this.#tabs.values()].map(({ at }) => at))
    let changed = here.size !== this.#here.size
    for (const [id, now] of here) {
      const before = this.#here.get(id)
      if (before && same(before, now)) here.set(id, before)
      else changed = true
    }
    if (!changed) return
    this.#here = here
    for (const listener of this.#listeners) listener()
  }
}

function gather(all: Colleague[]): Map<string, Here> {
  const here = new Map<string, Here>()
  for (const id of new Set(all.map(({ conversationId }) => conversationId ?? ''))) {
    const at = all.filter(({ conversationId }) => conversationId === id)
    const typing = [...new Set(at.filter((one) => one.typing).map(({ userId }) => userId))].sort()
    const looking = [...new Set(at.map(({ userId }) => userId))].filter((userId) => !typing.includes(userId)).sort()
    here.set(id, { typing, looking })
  }
  return here
}

function same(a: Here, b: Here): boolean {
  return a.typing.join() === b.typing.join() && a.looking.join() === b.looking.join()
}
