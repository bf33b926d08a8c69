import { asProblem, problemOf } from './problem'
import type { Session } from './types'

/** Who is signed in in this tab. `starting` is before the first answer to "is there still a session?". */
export type SessionState = { status: 'starting' } | { status: 'signed-out' } | { status: 'signed-in'; session: Session }

type News = { kind: 'signed-in'; session: Session } | { kind: 'signed-out' }

// Says that there may be a session to come back to; the refresh cookie itself cannot be seen from here. Without it a
// first visit would begin with a refused request.
const mark = 'parley.session'
// A token that ends sooner than this is renewed before it is used.
const marginMs = 15_000

/**
 * The session of this browser. The access token lives in memory only. It is renewed through the refresh cookie once
 * at a time: calls of one tab share a renewal, tabs take turns by a Web Lock, and a tab that comes second uses what
 * the first one got.
 */
export class SessionStore {
  #state: SessionState = { status: 'starting' }
  #listeners = new Set<() => void>()
  #renewal: Promise<string | null> | undefined
  #tabs = new BroadcastChannel('parley.session')

  constructor() {
    this.#tabs.onmessage = ({ data }: MessageEvent<News>) => this.#hear(data)
  }

  /** What the state is now; the object changes whenever the state does. */
  get state(): SessionState {
    return this.#state
  }

  /** The session, or null when nobody is signed in. */
  get current(): Session | null {
    return this.#state.status === 'signed-in' ? this.#state.session : null
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Comes back to the session of an earlier visit, if there is one. */
  async start(): Promise<SessionState> {
    if (this.#state.status === 'starting') {
      if (remembered()) await this.refresh()
      else this.#become({ status: 'signed-out' })
    }
    return this.#state
  }

  /** Takes a session the server has just given, and tells the other tabs. */
  accept(session: Session): void {
    this.#become({ status: 'signed-in', session })
    this.#tabs.postMessage({ kind: 'signed-in', session } satisfies News)
  }

  /** Forgets the session in every tab. It does not ask the server to end it. */
  end(): void {
    this.#become({ status: 'signed-out' })
    this.#tabs.postMessage({ kind: 'signed-out' } satisfies News)
  }

  /** An access token that is good for a while, or null when nobody is signed in. */
  async token(): Promise<string | null> {
    const session = this.current
    if (!session) return null
    return endsSoon(session) ? this.refresh() : session.accessToken
  }

  /**
   * Renews the access token and returns the new one, or null when the session is over. Throws a Problem when the
   * server could not be asked: then nobody is signed out.
   */
  refresh(): Promise<string | null> {
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined))
    return this.#renewal
  }

  #renew(): Promise<string | null> {
    const stale = this.current?.accessToken
    return oneTabAtATime(async () => {
      const session = this.current
      if (session && session.accessToken !== stale && !endsSoon(session)) return session.accessToken
      const renewed = await requestRenewal()
      if (renewed) this.accept(renewed)
      else this.end()
      return renewed?.accessToken ?? null
    })
  }

  #hear(news: News): void {
    this.#become(news.kind === 'signed-in' ? { status: 'signed-in', session: news.session } : { status: 'signed-out' })
  }

  #become(state: SessionState): void {
    this.#state = state
    remember(state.status === 'signed-in')
    for (const listener of this.#listeners) listener()
  }
}

/** The session of this tab. */
export const session = new SessionStore()

function endsSoon({ expiresAt }: Session): boolean {
  return Date.parse(expiresAt) - Date.now() < marginMs
}

async function requestRenewal(): Promise<Session | null> {
  const response = await fetch(new URL('/api/auth/refresh', location.origin), { method: 'POST' }).catch(
    (e: unknown) => {
      throw asProblem(e)
    },
  )
  if (response.ok) return (await response.json()) as Session
  if (response.status === 401 || response.status === 403) return null
  throw problemOf(response, await response.json().catch(() => null))
}

function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  // Browsers offer locks to secure pages only; over plain HTTP each tab renews by itself, which the server allows.
  if (!('locks' in navigator)) return work()
  return navigator.locks.request('parley.refresh', work) as Promise<T>
}

function remembered(): boolean {
  try {
    return localStorage.getItem(mark) !== null
  } catch {
    return true
  }
}

function remember(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(mark, '1')
    else localStorage.removeItem(mark)
  } catch {
    // No storage: the next visit asks the server.
  }
}
