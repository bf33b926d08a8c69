import { useMutation } from '@tanstack/react-query'
import { api, ask } from './client'
import { session } from './session'

/** Changes one's password. The session is renewed, as it says whether a new one must be chosen. */
export function useChangePassword() {
  return useMutation({
    mutationFn: async (body: { current: string; new: string }) => {
      await ask(api.POST('/api/auth/password', { body }))
      await session.refresh()
    },
  })
}
