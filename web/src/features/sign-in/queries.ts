import { useMutation, useQuery } from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { session } from '../../api/session'
import type { Session } from '../../api/types'

// useWayIn is a request that signs in: the session holds from then on.
function useWayIn<T>(request: (body: T) => Promise<Session>) {
  return useMutation({ mutationFn: request, onSuccess: (given) => session.accept(given) })
}

export const useSignIn = () =>
  useWayIn((body: { email: string; password: string }) => ask(api.POST('/api/auth/sign-in', { body })))

export const useRegister = () =>
  useWayIn((body: { workspace: string; name: string; email: string; password: string }) =>
    ask(api.POST('/api/auth/register', { body })),
  )

/** Makes an account by an invitation. */
export const useAccept = () =>
  useWayIn((body: { token: string; name: string; password: string }) => ask(api.POST('/api/auth/accept', { body })))

/** Joins with the account one is signed in with. */
export const useJoin = () => useWayIn((token: string) => ask(api.POST('/api/auth/join', { body: { token } })))

/** What an invitation offers. */
export function useOffer(token: string) {
  return useQuery({
    queryKey: ['offer', token],
    queryFn: ({ signal }) => ask(api.POST('/api/auth/invitation', { body: { token }, signal })),
    enabled: token !== '',
    staleTime: Infinity,
    retry: false,
  })
}

/** Asks for a link to choose a new password. */
export function useForgot() {
  return useMutation({ mutationFn: (email: string) => ask(api.POST('/api/auth/forgot', { body: { email } })) })
}

/** Chooses a new password with such a link; every session ends. */
export function useReset() {
  return useMutation({
    mutationFn: (body: { token: string; password: string }) => ask(api.POST('/api/auth/reset', { body })),
    onSuccess: () => session.end(),
  })
}
