import {
  hashKey,
  keepPreviousData,
  queryOptions,
  replaceEqualDeep,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import type { Conversation, ConversationPage } from '../../api/types'
import { millis } from '../../lib/time'

/** A tab of the inbox. */
export type View = 'needs_me' | 'unreplied' | 'ai' | 'handed_off' | 'mine' | 'all' | 'closed' | 'snoozed'

/** What the list shows: a tab, narrowed by words. */
export type Filter = { view: View; q: string } & Narrow

/** What narrows the list beside tab and words. */
export type Narrow = { channel?: string; label?: string; assignee?: string; unread?: boolean }

/** As much of a list as was read. */
type Listed = {
  items: Conversation[]
  /** Reads on behind the last row; left out at the end. */
  next?: string | undefined
  /** Where pages began: what follows a row of that time is read with `after`. */
  starts: Start[]
}

type Start = { after: string; at: string }

const pageSize = 50

const keyOf = (filter: Filter) => [resource.conversations, filter] as const

/** Which row each list is read at; that page is kept fresh beside the first one. */
const reading = new Map<string, Conversation>()

function readPage(filter: Filter, after: string, signal?: AbortSignal): Promise<ConversationPage> {
  const { q, ...narrow } = filter
  const query = { ...narrow, limit: pageSize, ...(q && { q }), ...(after && { after }) }
  return ask(api.GET('/api/conversations', { params: { query }, ...(signal && { signal }) }))
}

// However far the list was read, a change asks for two pages at most: the newest, and the one that is looked at. Asking
// for all of them would never come to its end while customers write.
const listOptions = (filter: Filter) =>
  queryOptions({
    queryKey: keyOf(filter),
    queryFn: async ({ client, signal }) => {
      const known = () => client.getQueryData<Listed>(keyOf(filter)) ?? { items: [], starts: [] }
      const newest = await readPage(filter, '', signal)
      const start = startOf(known(), reading.get(hashKey(keyOf(filter))))
      const looked = start && (await readPage(filter, start.after, signal))
      const list = withPage(known(), newest)
      return looked ? withPage(list, looked, start) : list
    },
    structuralSharing: false, // withPage keeps what did not change, also where it moved
  })

/** The list of conversations, the newest word first; more of them as one scrolls. */
export function useConversations(filter: Filter) {
  const client = useQueryClient()
  const queryKey = keyOf(filter)
  const list = useQuery({ ...listOptions(filter), placeholderData: keepPreviousData })
  const more = useMutation({
    mutationFn: async () => {
      const after = client.getQueryData<Listed>(queryKey)?.next
      if (after === undefined) return
      const page = await readPage(filter, after)
      client.setQueryData<Listed>(queryKey, (now) => (now?.next === after ? behind(now, after, page) : now))
    },
  })
  const hasMore = list.data?.next !== undefined && !list.isPlaceholderData
  const { isPending, isError, isPlaceholderData, error, refetch } = list
  return {
    isPending,
    isError,
    isPlaceholderData,
    error,
    refetch,
    data: list.data?.items,
    hasMore,
    /** Reads more; undefined at the end and while it is read. */
    more: hasMore && !more.isPending ? () => more.mutate() : undefined,
    isFetchingMore: more.isPending,
    /** Says which row is the first in sight. */
    onSee: (row: Conversation | undefined) => {
      if (row) reading.set(hashKey(queryKey), row)
    },
  }
}

/** A conversation as a list shows it. */
export function listed(client: QueryClient, id: string): Conversation | undefined {
  for (const [, list] of client.getQueriesData<Listed>({ queryKey: [resource.conversations] })) {
    const found = list?.items.find((one) => one.id === id)
    if (found) return found
  }
  return undefined
}

const timeOf = (c: Conversation) => millis(c.lastMessage.at)

function startOf({ starts }: Listed, row: Conversation | undefined): Start | undefined {
  return row && starts.findLast(({ at }) => millis(at) >= timeOf(row))
}

function behind(list: Listed, after: string, page: ConversationPage): Listed {
  const at = list.items.at(-1)?.lastMessage.at
  const starts = at ? [...list.starts, { after, at }] : list.starts
  const ids = new Set(list.items.map(({ id }) => id))
  return { items: [...list.items, ...page.items.filter(({ id }) => !ids.has(id))], next: page.next, starts }
}

/** Puts a page in its place: between its first and its last row nothing else is any more. */
function withPage(known: Listed, page: ConversationPage, start?: Start): Listed {
  const before = new Map(known.items.map((one) => [one.id, one]))
  const fresh = page.items.map((one) => replaceEqualDeep(before.get(one.id) ?? one, one))
  const ids = new Set(fresh.map(({ id }) => id))
  const others = known.items.filter(({ id }) => !ids.has(id))
  const above = start ? others.filter((one) => timeOf(one) >= millis(start.at)) : []
  const last = fresh.at(-1)
  const ends = page.next === undefined || last === undefined
  const below = ends ? [] : others.slice(above.length).filter((one) => timeOf(one) <= timeOf(last))
  const items = [...above, ...fresh, ...below]
  if (below.length > 0) return { items, next: known.next, starts: known.starts }
  const until = items.at(-1)
  return {
    items,
    next: page.next,
    starts: known.starts.filter(({ at }) => until !== undefined && millis(at) > timeOf(until)),
  }
}
