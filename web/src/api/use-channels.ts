import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'
import { resource } from './live'

/** The workspace's numbers, the oldest first. */
export function useChannels() {
  return useQuery({
    queryKey: [resource.channels],
    queryFn: async ({ signal }) => (await ask(api.GET('/api/channels', { signal }))).items,
  })
}
