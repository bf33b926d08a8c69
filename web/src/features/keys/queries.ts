import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'

const key = [resource.keys] as const

/** The workspace's keys, and what a new one could be allowed. */
export function useKeyList() {
  return useQuery({ queryKey: key, queryFn: ({ signal }) => ask(api.GET('/api/keys', { signal })) })
}

/** Makes a key; the answer holds it, once. */
export function useMakeKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { name: string; scopes: string[]; days: number }) => ask(api.POST('/api/keys', { body })),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  })
}

/** Ends a key. */
export function useRevokeKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/keys/{id}', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  })
}
