import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from './client'
import { resource } from './live'
import type { Colour } from './types'

/** The labels of the workspace, by name. */
export function useLabels() {
  return useQuery({
    queryKey: [resource.labels],
    queryFn: async ({ signal }) => (await ask(api.GET('/api/labels', { signal }))).items,
  })
}

type Change =
  { add: { name: string; colour: Colour } } | { change: string; name?: string; colour?: Colour } | { remove: string }

/** Makes, changes and deletes labels. */
export function useChangeLabels() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: Change): Promise<unknown> => {
      if ('add' in change) return ask(api.POST('/api/labels', { body: change.add }))
      if ('remove' in change) return ask(api.DELETE('/api/labels/{id}', { params: { path: { id: change.remove } } }))
      const { change: id, ...body } = change
      return ask(api.PATCH('/api/labels/{id}', { params: { path: { id } }, body }))
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [resource.labels] }),
        client.invalidateQueries({ queryKey: [resource.conversations] }),
        client.invalidateQueries({ queryKey: [resource.conversation] }),
      ]),
  })
}
