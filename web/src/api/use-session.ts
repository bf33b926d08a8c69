import { useSyncExternalStore } from 'react'
import { session, type SessionState } from './session'
import type { Session } from './types'

/** Who is signed in, as it changes. */
export function useSessionState(): SessionState {
  return useSyncExternalStore(session.subscribe, () => session.state)
}

/** The session of a page that is only shown to somebody who is signed in; null for the moment in which it ends. */
export function useSession(): Session | null {
  const state = useSessionState()
  return state.status === 'signed-in' ? state.session : null
}

/** Whether the role of the signed-in person allows something ("conversations:reply"). */
export function useMay(permission: string): boolean {
  return useSession()?.permissions.includes(permission) ?? false
}
