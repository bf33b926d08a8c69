import { queryOptions, useMutation, useMutationState, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import type { Message, PhoneThread } from '../../api/types'
import { millis } from '../../lib/time'

const closeMs = 1_000 // between two looks while the business writes, or owes an answer
const freshMs = 5_000 // in which the ticks of what was just said still change
const patienceMs = 45_000 // after which nobody waits for an answer any more

const keys = {
  state: [resource.phone, 'state'] as const,
  thread: [resource.phone, 'thread'] as const,
  write: ['write-on-phone'] as const,
  conversation: [resource.phone, 'conversation'] as const,
  last: (conversationId: string) => [resource.phone, 'messages', conversationId] as const,
  trace: (messageId: string) => [resource.trace, messageId] as const,
}

/** Whether there is a phone, and why not. */
export function usePhoneState() {
  return useQuery(
    queryOptions({ queryKey: keys.state, queryFn: ({ signal }) => ask(api.GET('/api/demo', { signal })) }),
  )
}

/**
 * What the phone shows, oldest first. Hints say when something new is there; while the business writes or owes an
 * answer the phone looks by itself, too, as typing is no news to anybody else.
 */
export function usePhoneThread() {
  return useQuery(
    queryOptions({
      queryKey: keys.thread,
      queryFn: ({ signal }) => ask(api.GET('/api/demo/messages', { signal })),
      refetchInterval: ({ state }) => untilNextLook(state.data),
    }),
  )
}

function untilNextLook(thread: PhoneThread | undefined): number {
  const last = thread?.items.at(-1)
  const age = Date.now() - millis(last?.at)
  const close = last?.from === 'me' ? age < patienceMs : age < freshMs
  return thread?.typing || close ? closeMs : 60_000
}

/** Something written on the phone that the business does not have yet. */
type Written = {
  text: string
  /** Which of one's own messages it will be, counted from the first. */
  place: number
}

/** Writes to the business. Until it is there, it stands in the thread as on its way. */
export function useWrite() {
  const client = useQueryClient()
  return useMutation({
    mutationKey: keys.write,
    mutationFn: ({ text }: Written) => ask(api.POST('/api/demo/messages', { body: { text } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.thread }),
  })
}

/** What is on its way from the phone, or did not get there; oldest first. */
export function useWritten() {
  return useMutationState({
    filters: {
      mutationKey: keys.write,
      predicate: ({ state }) => state.status === 'pending' || state.status === 'error',
    },
    select: (mutation) => ({
      id: mutation.mutationId,
      status: mutation.state.status,
      error: mutation.state.error,
      written: mutation.state.variables as Written,
    }),
  })
}

/** Takes what did not get through off the screen. */
export function useForgetWritten() {
  const client = useQueryClient()
  return (id: number) => {
    const cache = client.getMutationCache()
    const failed = cache.getAll().find((mutation) => mutation.mutationId === id)
    if (failed) cache.remove(failed)
  }
}

/** Starts over as a customer nobody knows. */
export function useStartOver() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => ask(api.POST('/api/demo/reset')),
    onSuccess: async () => {
      const cache = client.getMutationCache()
      for (const written of cache.findAll({ mutationKey: keys.write })) cache.remove(written)
      await client.cancelQueries({ queryKey: keys.thread })
      client.setQueryData<PhoneThread>(keys.thread, { items: [], typing: false })
      await client.invalidateQueries({ queryKey: [resource.phone] })
    },
  })
}

/**
 * What the business sees of the phone: its newest conversation, and what was last said there; looked at as closely as
 * the phone itself.
 */
export function useOtherSide(thread: PhoneThread | undefined) {
  const refetchInterval = untilNextLook(thread)
  const conversation = useQuery(
    queryOptions({
      queryKey: keys.conversation,
      queryFn: async ({ signal }) => {
        const page = await ask(api.GET('/api/conversations', { params: { query: { view: 'all', limit: 50 } }, signal }))
        return page.items.find((one) => one.channelKind === 'demo') ?? null
      },
      refetchInterval,
    }),
  )
  const id = conversation.data?.id ?? ''
  const messages = useQuery(
    queryOptions({
      queryKey: keys.last(id),
      queryFn: ({ signal }) =>
        ask(api.GET('/api/conversations/{id}/messages', { params: { path: { id }, query: { limit: 10 } }, signal })),
      enabled: id !== '',
      refetchInterval,
    }),
  )
  return { conversation: conversation.data ?? undefined, messages: id === '' ? undefined : messages.data?.items }
}

/** Why the AI said something. It never changes. */
export function useReasons(message: Message | undefined) {
  const id = message?.id ?? ''
  return useQuery(
    queryOptions({
      queryKey: keys.trace(id),
      queryFn: ({ signal }) => ask(api.GET('/api/messages/{id}/trace', { params: { path: { id } }, signal })),
      enabled: message?.traced === true,
      staleTime: Infinity,
      refetchInterval: false,
    }),
  )
}
