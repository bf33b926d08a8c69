import { useMutation } from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { session } from '../../api/session'

/** Signs in; the session holds from then on. */
export function useSignIn() {
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => ask(api.POST('/api/auth/sign-in', { body })),
    onSuccess: (given) => session.accept(given),
  })
}
