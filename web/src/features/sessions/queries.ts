import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client'

const key = ['sessions'] as const

/** Where one is signed in, the newest first. */
export function useSessions() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask(api.GET('/api/sessions', { signal })),
    select: (page) => page.items,
  })
}

/** Signs out somewhere else. */
export function useEndSession() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/sessions/{id}', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  })
}
