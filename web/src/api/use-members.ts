import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'
import { resource } from './live'

/** The colleagues of the workspace. */
export function useMembers() {
  return useQuery({
    queryKey: [resource.members],
    queryFn: async ({ signal }) => (await ask(api.GET('/api/members', { signal }))).items,
  })
}
