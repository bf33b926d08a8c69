import {
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useMutationState,
  useQuery,
  useQueryClient,
  type InfiniteData,
} from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import { asProblem } from '../../api/problem'
import { session } from '../../api/session'
import type { Conversation, LabelOn, Colleague, Message, MessagePage, Mode } from '../../api/types'
import { drafts } from '../../lib/drafts'
import { listed } from './list-query'

const threadPage = 50

const keys = {
  conversation: (id: string) => [resource.conversation, id] as const,
  messages: (id: string) => [resource.messages, id] as const,
  around: (id: string, at: number) => [resource.messages, id, at] as const,
  trace: (messageId: string) => [resource.trace, messageId] as const,
  file: (messageId: string) => [resource.file, messageId] as const,
  send: (id: string) => ['send', id] as const,
}

// Reads -----------------------------------------------------------------------------------------------------------

/** How many conversations wait for the signed-in person, up to 100, once it is known. */
export function useNeedMe(): number | undefined {
  return useQuery({
    queryKey: [resource.counts],
    queryFn: ({ signal }) => ask(api.GET('/api/conversations/counts', { signal })),
  }).data?.needsMe
}

/** One conversation, once it is wanted; shown from the list at once where it is there. */
export function useConversation(id: string, wanted = true) {
  const client = useQueryClient()
  return useQuery<Conversation>({
    queryKey: keys.conversation(id),
    queryFn: ({ signal }) => ask(api.GET('/api/conversations/{id}', { params: { path: { id } }, signal })),
    placeholderData: () => listed(client, id),
    enabled: wanted,
  })
}

type From = { before?: number; after?: number }

const threadOptions = (id: string, at?: number) =>
  infiniteQueryOptions({
    queryKey: at === undefined ? keys.messages(id) : keys.around(id, at),
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: threadPage, ...pageParam }
      return ask(api.GET('/api/conversations/{id}/messages', { params: { path: { id }, query }, signal }))
    },
    initialPageParam: at === undefined ? {} : { before: at + threadPage / 2 || 1 },
    // The next page is the older one, the previous one the newer.
    getNextPageParam: (page: MessagePage): From | null => {
      const first = page.items[0]
      return first && page.items.length === threadPage ? { before: first.seq } : null
    },
    getPreviousPageParam: (page: MessagePage): From | null => {
      const last = page.items.at(-1)
      return at !== undefined && last ? { after: last.seq } : null
    },
  })

/** A thread, oldest first: its newest page at once, or the one around a place in it, and others as one scrolls. */
export function useThread(id: string, at?: number) {
  return useInfiniteQuery({
    ...threadOptions(id, at),
    select: (data) => data.pages.toReversed().flatMap((page) => page.items),
  })
}

/** Why the AI said what it said. It never changes. */
export function useTrace(messageId: string) {
  return useQuery({
    queryKey: keys.trace(messageId),
    queryFn: ({ signal }) => ask(api.GET('/api/messages/{id}/trace', { params: { path: { id: messageId } }, signal })),
    staleTime: Infinity,
    refetchInterval: false,
  })
}

/** The bytes of a message's file. They never change, and are let go of soon after nobody shows them. */
export const fileOptions = (messageId: string) =>
  queryOptions({
    queryKey: keys.file(messageId),
    queryFn: ({ signal }) =>
      ask<Blob>(
        api.GET('/api/messages/{id}/media', { params: { path: { id: messageId } }, parseAs: 'blob', signal }) as never,
      ),
    staleTime: Infinity,
    gcTime: 60_000,
    refetchInterval: false as const,
  })

/** The bytes of a message's file, once they are wanted. */
export function useFileBytes(messageId: string, wanted: boolean) {
  return useQuery({ ...fileOptions(messageId), enabled: wanted })
}

/** What a newcomer has done so far: told the AI something, and whether there is a phone to try it with. */
export function useFirstSteps() {
  const documents = useQuery(
    queryOptions({
      queryKey: [resource.documents, 'first'],
      queryFn: ({ signal }) => ask(api.GET('/api/documents', { params: { query: { limit: 100 } }, signal })),
    }),
  )
  const phone = useQuery(
    queryOptions({
      queryKey: [resource.phone, 'state'],
      queryFn: ({ signal }) => ask(api.GET('/api/demo', { signal })),
    }),
  )
  return { documents: documents.data?.items.length, phone: phone.data?.enabled }
}

// Changes ---------------------------------------------------------------------------------------------------------

/** What can be done to a conversation as a whole. */
export type Act =
  | 'takeover'
  | 'handback'
  | 'read'
  | 'close'
  | 'reopen'
  | 'unsnooze'
  | Mode
  | { assign: Pick<Colleague, 'id' | 'name'> | undefined }
  | { snooze: string }
  | { labels: LabelOn[] }

/** Does something to a conversation and shows at once what it leads to; what was shown is taken back if it fails. */
export function useAct(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (act: Act) => ask(request(id, act)),
    onMutate: async (act) => {
      await client.cancelQueries({ queryKey: keys.conversation(id) })
      const before = client.getQueryData<Conversation>(keys.conversation(id))
      if (before) client.setQueryData(keys.conversation(id), foresee(before, act))
      return before
    },
    onError: (_error, _act, before) => client.setQueryData(keys.conversation(id), before),
    onSuccess: (after) => client.setQueryData(keys.conversation(id), after),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [resource.conversations] }),
        client.invalidateQueries({ queryKey: [resource.counts] }),
        client.invalidateQueries({ queryKey: keys.conversation(id) }),
        client.invalidateQueries({ queryKey: keys.messages(id) }),
      ]),
  })
}

function request(id: string, act: Act) {
  const params = { params: { path: { id } } }
  if (typeof act === 'object') {
    if ('assign' in act) {
      return api.POST('/api/conversations/{id}/assign', { ...params, body: { userId: act.assign?.id ?? '' } })
    }
    if ('snooze' in act) return api.POST('/api/conversations/{id}/snooze', { ...params, body: { until: act.snooze } })
    return api.PUT('/api/conversations/{id}/labels', { ...params, body: { labelIds: act.labels.map((l) => l.id) } })
  }
  switch (act) {
    case 'unsnooze':
      return api.POST('/api/conversations/{id}/unsnooze', params)
    case 'takeover':
      return api.POST('/api/conversations/{id}/takeover', params)
    case 'handback':
      return api.POST('/api/conversations/{id}/handback', params)
    case 'read':
      return api.POST('/api/conversations/{id}/read', params)
    case 'close':
      return api.POST('/api/conversations/{id}/close', params)
    case 'reopen':
      return api.POST('/api/conversations/{id}/reopen', params)
    default:
      return api.PATCH('/api/conversations/{id}', { ...params, body: { mode: act } })
  }
}

// foresee says what the server will most likely make of it.
function foresee(c: Conversation, act: Act): Conversation {
  const me = session.current?.user
  const mine = { handler: 'human', assigneeId: me?.id ?? '', assigneeName: me?.name ?? '', answering: false } as const
  if (typeof act === 'object') {
    if ('snooze' in act) return { ...c, snoozedUntil: act.snooze }
    if ('labels' in act) return { ...c, labels: act.labels }
    if (!act.assign) return { ...c, assigneeId: '', assigneeName: '' }
    return { ...c, handler: 'human', assigneeId: act.assign.id, assigneeName: act.assign.name, answering: false }
  }
  switch (act) {
    case 'unsnooze':
      return { ...c, snoozedUntil: null }
    case 'takeover':
      return { ...c, ...mine, unread: 0 }
    case 'handback':
      return { ...c, handler: 'ai', assigneeId: '', assigneeName: '', handoff: null }
    case 'read':
      return { ...c, unread: 0 }
    case 'close':
      return { ...c, status: 'closed', handoff: null, unread: 0 }
    case 'reopen':
      return { ...c, ...mine, status: 'active' }
    case 'off':
      return { ...c, mode: act, handler: 'human', answering: false }
    default:
      return { ...c, mode: act }
  }
}

/** Something written here that the server has not confirmed yet. A reply keeps its id however often it is sent. */
export type Outgoing = { id: string; kind: 'reply' | 'note'; text: string; afterSeq: number; file?: File }

// How often a reply is sent again by itself: for some 40 seconds, in which a server has started again.
const sendTries = 8

/**
 * Sends a reply or adds a note. Until the server has it, it stands in the thread as outgoing. Whether a reply whose
 * answer did not come has arrived, nobody knows; so it is sent again under its id, under which the server says it once.
 */
export function useSend(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationKey: keys.send(id),
    mutationFn: ({ kind, ...reply }: Outgoing) => {
      const { id: messageId, text, file } = reply
      const params = { params: { path: { id } } }
      if (kind === 'note') return ask(api.POST('/api/conversations/{id}/notes', { ...params, body: { text } }))
      if (file) return ask(sendFile(id, messageId, text, file))
      return ask(api.POST('/api/conversations/{id}/messages', { ...params, body: { id: messageId, text } }))
    },
    retry: (tries, error) => tries < sendTries && asProblem(error).passing,
    retryDelay: (tries) => Math.min(500 * 2 ** tries, 8_000),
    // The thread goes with the session; what was not sent waits in the draft.
    onError: (error, { text }) => asProblem(error).status === 401 && putBack(id, text),
    onSuccess: (message) => {
      client.setQueryData<InfiniteData<MessagePage>>(keys.messages(id), (thread) => withMessage(thread, message))
      void client.invalidateQueries({ queryKey: keys.conversation(id) })
      void client.invalidateQueries({ queryKey: [resource.conversations] })
      void client.invalidateQueries({ queryKey: keys.messages(id) })
    },
  })
}

// sendFile sends a form: id and caption first, so that the server knows them before the file has come.
function sendFile(id: string, messageId: string, caption: string, file: File) {
  const form = new FormData()
  form.append('id', messageId)
  form.append('caption', caption)
  form.append('file', file, file.name)
  return api.POST('/api/conversations/{id}/media', {
    params: { path: { id } },
    body: { file: '' },
    bodySerializer: () => form,
  })
}

function withMessage(thread: InfiniteData<MessagePage> | undefined, message: Message) {
  const [newest, ...older] = thread?.pages ?? []
  if (!thread || !newest || newest.items.some((one) => one.id === message.id)) return thread
  return { ...thread, pages: [{ ...newest, items: [...newest.items, message] }, ...older] }
}

/** What is on its way from here, or did not get there; oldest first. */
export function useOutgoing(id: string) {
  return useMutationState({
    filters: {
      mutationKey: keys.send(id),
      predicate: ({ state }) => state.status === 'pending' || state.status === 'error',
    },
    select: (mutation) => ({
      id: mutation.mutationId,
      status: mutation.state.status,
      error: mutation.state.error,
      outgoing: mutation.state.variables as Outgoing,
    }),
  })
}

/** Sends what did not get through once more, under the same id; for when it may have arrived all the same. */
export function useTryAgain(id: string) {
  const client = useQueryClient()
  const { mutate } = useSend(id)
  return (mutationId: number, outgoing: Outgoing) => {
    const cache = client.getMutationCache()
    const failed = cache.getAll().find((mutation) => mutation.mutationId === mutationId)
    if (failed) cache.remove(failed)
    mutate(outgoing)
  }
}

/** Takes what did not get through out of the thread, back into the draft, for the person to try again. */
export function useTakeBack(id: string) {
  const client = useQueryClient()
  return (mutationId: number, text: string) => {
    const cache = client.getMutationCache()
    const failed = cache.getAll().find((mutation) => mutation.mutationId === mutationId)
    if (failed) cache.remove(failed)
    putBack(id, text)
  }
}

function putBack(id: string, text: string): void {
  const draft = drafts.read(id)
  drafts.write(id, draft ? `${text}\n${draft}` : text)
}

/** Sends a message once more that failed, or of which nobody knows whether it arrived. */
export function useSendAgain(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (messageId: string) =>
      ask(api.POST('/api/messages/{id}/retry', { params: { path: { id: messageId } } })),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.messages(id) }),
        client.invalidateQueries({ queryKey: [resource.conversations] }),
      ]),
  })
}

/** Has a file fetched from WhatsApp once more that could not be fetched. */
export function useFetchAgain(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (messageId: string) =>
      ask(api.POST('/api/messages/{id}/media/fetch', { params: { path: { id: messageId } } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.messages(id) }),
  })
}
