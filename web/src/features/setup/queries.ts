import { useMutation } from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { session } from '../../api/session'

type FirstOwner = { token: string; workspace: string; name: string; email: string; password: string }

/** Makes the first owner and the workspace, and signs in. */
export function useSetUp() {
  return useMutation({
    mutationFn: (body: FirstOwner) => ask(api.POST('/api/setup', { body })),
    onSuccess: (given) => session.accept(given),
  })
}
