import { QueryClient } from '@tanstack/react-query'
import { asProblem } from '../api/problem'
import { session } from '../api/session'
import { forgetPlaces } from '../ui/use-virtual-rows'

/**
 * The cache of everything the server said: the only place server data lives. What one workspace said is forgotten the
 * moment the session leaves it, before anything of the next is asked.
 */
export function newQueryClient(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A hint that was missed heals at the next one, on focus, and at the latest now.
        refetchInterval: 60_000,
        retry: (tries, error) => asProblem(error).passing && tries < 2,
        retryDelay: (tries) => 500 * 2 ** tries,
      },
      // Sending again is for people to decide: the first may have arrived.
      mutations: { retry: false, networkMode: 'always' },
    },
  })
  let tenant = session.current?.tenant.id
  session.subscribe(() => {
    const now = session.current?.tenant.id
    if (now !== tenant) {
      queries.clear()
      forgetPlaces()
    }
    tenant = now
  })
  return queries
}
