import {
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
} from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import type { Document, DocumentPage } from '../../api/types'

const pageSize = 50
const readingMs = 2_000 // between two looks at a document that is being read

const keys = {
  list: [resource.documents, 'list'] as const,
  document: (id: string) => [resource.document, id] as const,
  finding: (q: string) => [resource.finding, q] as const,
}

const listOptions = infiniteQueryOptions({
  queryKey: keys.list,
  queryFn: ({ pageParam, signal }): Promise<DocumentPage> => {
    const query = { limit: pageSize, ...(pageParam && { after: pageParam }) }
    return ask(api.GET('/api/documents', { params: { query }, signal }))
  },
  initialPageParam: '',
  getNextPageParam: (page: DocumentPage) => page.next ?? null,
})

/** What the AI knows, the newest first; more pages as one scrolls. */
export function useDocuments() {
  return useInfiniteQuery({
    ...listOptions,
    select: (data) => data.pages.flatMap((page) => page.items),
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(beingRead)) === true ? readingMs : 60_000,
  })
}

/** Whether a document is still on its way to being answered from. */
export function beingRead({ state }: Document): boolean {
  return state !== 'ready' && state !== 'failed'
}

/** One document with its text. */
export function useDocument(id: string) {
  return useQuery(
    queryOptions({
      queryKey: keys.document(id),
      queryFn: ({ signal }) => ask(api.GET('/api/documents/{id}', { params: { path: { id } }, signal })),
    }),
  )
}

/** What the AI would find for a question, and say; nothing is asked while there is no question. */
export function useFinding(q: string) {
  return useQuery(
    queryOptions({
      queryKey: keys.finding(q),
      queryFn: ({ signal }) => ask(api.GET('/api/knowledge/search', { params: { query: { q } }, signal })),
      enabled: q !== '',
    }),
  )
}

/** Tells the AI something. */
export function useAddDocument() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { title: string; text: string }) => ask(api.POST('/api/documents', { body })),
    onSuccess: (added) => {
      client.setQueryData(listOptions.queryKey, (list) => withDocument(list, added))
      void client.invalidateQueries({ queryKey: [resource.documents] })
      void client.invalidateQueries({ queryKey: [resource.finding] })
    },
  })
}

function withDocument(list: InfiniteData<DocumentPage> | undefined, added: Document) {
  const [first, ...rest] = list?.pages ?? []
  if (!list || !first || first.items.some((one) => one.id === added.id)) return list
  return { ...list, pages: [{ ...first, items: [added, ...first.items] }, ...rest] }
}

/** Makes the AI forget a document. It leaves the list at once and comes back if that fails. */
export function useRemoveDocument() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/documents/{id}', { params: { path: { id } } })),
    onMutate: async (id) => {
      await client.cancelQueries({ queryKey: keys.list })
      const before = client.getQueryData(listOptions.queryKey)
      client.setQueryData(listOptions.queryKey, (list) => withoutDocument(list, id))
      return before
    },
    onError: (_error, _id, before) => client.setQueryData(listOptions.queryKey, before),
    onSuccess: (_nothing, id) => client.removeQueries({ queryKey: keys.document(id) }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [resource.documents] }),
        client.invalidateQueries({ queryKey: [resource.finding] }),
      ]),
  })
}

function withoutDocument(list: InfiniteData<DocumentPage> | undefined, id: string) {
  return (
    list && {
      ...list,
      pages: list.pages.map((page) => ({ ...page, items: page.items.filter((one) => one.id !== id) })),
    }
  )
}
