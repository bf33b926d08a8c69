import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'

/** What the pages before one is in may offer: whether people may register, and whether there is mail. */
export function useAuthOptions() {
  return useQuery({
    queryKey: ['auth-options'],
    queryFn: ({ signal }) => ask(api.GET('/api/auth/options', { signal })),
    staleTime: 60_000,
  })
}
