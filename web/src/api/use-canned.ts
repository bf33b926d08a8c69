import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from './client'
import { resource } from './live'
import type { CannedText } from './types'

/** The canned replies of the workspace, by shortcut. */
export function useCanned() {
  return useQuery({
    queryKey: [resource.canned],
    queryFn: async ({ signal }) => (await ask(api.GET('/api/canned-replies', { signal }))).items,
  })
}

type Change = { add: CannedText } | { change: string; text: CannedText } | { remove: string }

/** Keeps, changes and deletes canned replies. */
export function useChangeCanned() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: Change): Promise<unknown> => {
      if ('add' in change) return ask(api.POST('/api/canned-replies', { body: change.add }))
      const params = { path: { id: 'remove' in change ? change.remove : change.change } }
      if ('remove' in change) return ask(api.DELETE('/api/canned-replies/{id}', { params }))
      return ask(api.PUT('/api/canned-replies/{id}', { params, body: change.text }))
    },
    onSettled: () => client.invalidateQueries({ queryKey: [resource.canned] }),
  })
}
