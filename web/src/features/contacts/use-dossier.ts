import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import { saveAs } from '../../lib/save-as'

const lookMs = 700 // between two looks at an erasure that is at work

/** Has the browser save all that is held of a contact. */
export function useExportOne(id: string) {
  return useMutation({
    mutationFn: () =>
      ask<unknown>(
        api.GET('/api/contacts/{id}/export', { params: { path: { id } }, parseAs: 'blob' }),
      ) as Promise<Blob>,
    onSuccess: (bytes) => saveAs(bytes, 'contact.zip'),
  })
}

/** Erases a contact; name is what it is called. */
export function useErase(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) =>
      ask(api.POST('/api/contacts/{id}/erase', { params: { path: { id } }, body: { name } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: [resource.contacts] })
      void client.invalidateQueries({ queryKey: [resource.conversations] })
      void client.invalidateQueries({ queryKey: [resource.counts] })
    },
  })
}

/** How far an erasure has come; nothing is asked before there is one. */
export function useErasure(id: string) {
  return useQuery({
    enabled: id !== '',
    queryKey: ['erasure', id],
    queryFn: ({ signal }) => ask(api.GET('/api/erasures/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.doneAt ? false : lookMs),
  })
}
