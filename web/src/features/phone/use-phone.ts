import { useMemo } from 'react'
import type { PhoneMessage } from '../../api/types'
import { usePhoneThread, useWrite, useWritten } from './queries'

const none: readonly PhoneMessage[] = []

/** The phone as it stands: what was said, what is on its way, and how to write. */
export function usePhone() {
  const thread = usePhoneThread()
  const write = useWrite()
  const written = useWritten()
  const said = thread.data?.items ?? none
  const mine = useMemo(() => said.filter(({ from }) => from === 'me').length, [said])
  // A hint may bring a message before its own answer does; then it is not shown twice.
  const outgoing = useMemo(
    () => written.filter(({ status, written: { place } }) => status === 'error' || place > mine),
    [written, mine],
  )
  const pending = outgoing.filter(({ status }) => status === 'pending').length
  const send = (text: string) => write.mutate({ text, place: mine + pending + 1 })
  return { thread, said, outgoing, send }
}
