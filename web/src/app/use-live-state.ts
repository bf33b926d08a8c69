import { useRouter } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import type { LiveState } from '../api/live'

/** How the socket is, as it changes. */
export function useLiveState(): LiveState {
  const { live } = useRouter().options.context
  return useSyncExternalStore(live.subscribe, () => live.state)
}
