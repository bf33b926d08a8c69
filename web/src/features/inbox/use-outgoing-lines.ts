import { useMemo } from 'react'
import type { Message } from '../../api/types'
import { useOutgoing } from './queries'

/** What is on its way from here and not in the thread yet: a hint may bring a message before its own answer does. */
export function useOutgoingLines(conversationId: string, messages: readonly Message[]) {
  const outgoing = useOutgoing(conversationId)
  return useMemo(
    () =>
      outgoing.filter(
        ({ status, outgoing: { id, kind, text, afterSeq } }) =>
          !messages.some(
            (m) =>
              m.id === id ||
              (kind === 'note' && status !== 'error' && m.seq > afterSeq && m.kind === 'note' && m.text === text),
          ),
      ),
    [outgoing, messages],
  )
}

/** One line that is on its way, or did not get there. */
export type OutgoingMessage = ReturnType<typeof useOutgoingLines>[number]
