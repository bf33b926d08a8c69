import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'
import { resource } from './live'

/** The colleagues of the workspace, once they are wanted. */
export function useMembers(wanted = true) {
  return useQuery({
    enabled: wanted,
    queryKey: [resource.members],
    queryFn: async ({ signal }) => (await ask(api.GET('/api/members', { signal }))).items,
  })
}
