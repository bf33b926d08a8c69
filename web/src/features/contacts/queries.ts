import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import type { ContactImport, ContactPage, FullContact } from '../../api/types'
import { saveAs } from '../../lib/save-as'

const pageSize = 50

export type Order = 'activity' | 'name'

const keys = {
  list: (order: Order, q: string) => [resource.contacts, 'list', order, q] as const,
  contact: (id: string) => [resource.contact, id] as const,
  preview: (id: string, other: string) => [resource.contact, id, 'merge', other] as const,
}

/** Contacts, a page after the other. */
export function useContacts(order: Order, q: string, wanted = true) {
  return useInfiniteQuery({
    enabled: wanted,
    ...infiniteQueryOptions({
      queryKey: keys.list(order, q),
      queryFn: ({ pageParam, signal }): Promise<ContactPage> => {
        const query = { limit: pageSize, order, ...(q && { q }), ...(pageParam && { after: pageParam }) }
        return ask(api.GET('/api/contacts', { params: { query }, signal }))
      },
      initialPageParam: '',
      getNextPageParam: (page: ContactPage) => page.next ?? null,
      placeholderData: keepPreviousData,
    }),
    select: (data) => data.pages.flatMap((page) => page.items),
  })
}

/** All that is known of a contact. */
export function useContact(id: string) {
  return useQuery(
    queryOptions({
      queryKey: keys.contact(id),
      queryFn: ({ signal }) => ask(api.GET('/api/contacts/{id}', { params: { path: { id } }, signal })),
    }),
  )
}

/** What would become one; nothing is asked while no other contact is chosen. */
export function useMergePreview(id: string, other: string) {
  return useQuery(
    queryOptions({
      queryKey: keys.preview(id, other),
      queryFn: ({ signal }) => {
        const params = { path: { id }, query: { with: other } }
        return ask(api.GET('/api/contacts/{id}/merge-preview', { params, signal }))
      },
      enabled: other !== '',
    }),
  )
}

type Correction = { name?: string; language?: string; attributes?: Record<string, string> }
type NewConsent = { topic: 'messages' | 'marketing'; granted: boolean; source: string }

// What a change answers with is what is true now: the page shows it without asking again.
function useTold<T>(id: string, tell: (body: T) => Promise<FullContact>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: tell,
    onSuccess: (now) => {
      client.setQueryData(keys.contact(id), now)
      void client.invalidateQueries({ queryKey: [resource.contacts] })
      void client.invalidateQueries({ queryKey: [resource.conversations] })
    },
  })
}

/** Corrects what is known of a contact. */
export function useCorrect(id: string) {
  return useTold(id, (body: Correction) => ask(api.PATCH('/api/contacts/{id}', { params: { path: { id } }, body })))
}

/** Writes down what the customer allowed or forbade. */
export function useRecordConsent(id: string) {
  return useTold(id, (body: NewConsent) =>
    ask(api.POST('/api/contacts/{id}/consents', { params: { path: { id } }, body })),
  )
}

/** Makes another contact a part of this one. */
export function useMerge(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (contactId: string) =>
      ask(api.POST('/api/contacts/{id}/merge', { params: { path: { id } }, body: { contactId } })),
    onSuccess: () => client.invalidateQueries(),
  })
}

/** Has the browser save all contacts as CSV. */
export function useExport() {
  return useMutation({
    mutationFn: () => ask<unknown>(api.GET('/api/contacts.csv', { parseAs: 'blob' })) as Promise<Blob>,
    onSuccess: (bytes) => saveAs(bytes, 'contacts.csv'),
  })
}

/** Takes contacts from a file, or says what that would do. */
export function useImport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ file, dryRun }: { file: File; dryRun: boolean }): Promise<ContactImport> => {
      const form = new FormData()
      form.append('file', file)
      return ask(
        api.POST('/api/contacts/import', {
          params: { query: { dryRun } },
          body: { file: file.name },
          bodySerializer: () => form,
        }),
      )
    },
    onSuccess: (_done, { dryRun }) =>
      dryRun ? undefined : client.invalidateQueries({ queryKey: [resource.contacts] }),
  })
}
