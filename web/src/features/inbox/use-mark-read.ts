import { useEffect, useEffectEvent } from 'react'
import type { Conversation } from '../../api/types'
import { useMay } from '../../api/use-session'
import { useAct } from './queries'

/** Marks a conversation as read while somebody who may answer it has it before their eyes. */
export function useMarkRead({ id, unread }: Conversation): void {
  const may = useMay('conversations:reply')
  const act = useAct(id)
  const look = useEffectEvent(() => {
    if (may && unread > 0 && document.visibilityState === 'visible') act.mutate('read')
  })
  useEffect(() => {
    const listen = () => look()
    look()
    document.addEventListener('visibilitychange', listen)
    return () => document.removeEventListener('visibilitychange', listen)
  }, [unread])
}
