import { useRouter } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Here } from './colleagues'
import { useMembers } from './use-members'

/** Who is at a conversation besides oneself, by id, as it changes. */
export function useHere(conversationId: string): Here {
  const { colleagues } = useRouter().options.context.live
  return useSyncExternalStore(colleagues.subscribe, () => colleagues.at(conversationId))
}

/** Who is at a conversation besides oneself, by name, as it changes. */
export function useColleagues(conversationId: string): Here {
  const here = useHere(conversationId)
  const anybody = here.typing.length + here.looking.length > 0
  const members = useMembers(anybody).data
  return useMemo(() => {
    const names = (ids: readonly string[]) => ids.flatMap((id) => members?.find((one) => one.id === id)?.name ?? [])
    return { typing: names(here.typing), looking: names(here.looking) }
  }, [here, members])
}

/** Tells the colleagues that this tab shows a conversation. */
export function useLook(conversationId: string): void {
  const { live } = useRouter().options.context
  useEffect(() => live.whereabouts.look(conversationId), [live, conversationId])
}

/** Tells the colleagues that a key was typed here (true), or that what was typed is gone. */
export function useTyped(): (something: boolean) => void {
  const { live } = useRouter().options.context
  return useCallback((something) => live.whereabouts.typed(something), [live])
}
