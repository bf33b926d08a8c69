import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'

/** What is typed to connect a number. */
export type Form = { name: string; phoneNumberId: string; accountId: string; token: string; appSecret: string }

// useChange is a change after which the numbers are read anew.
function useChange<I, O>(change: (input: I) => Promise<O>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: [resource.channels] }),
  })
}

/** Asks Meta about a number and connects it. */
export const useConnect = () => useChange((body: Form) => ask(api.POST('/api/channels', { body })))

/** Asks Meta about a connected number again. */
export const useCheck = () =>
  useChange((id: string) => ask(api.POST('/api/channels/{id}/check', { params: { path: { id } } })))

export const useRenewToken = () =>
  useChange(({ id, ...body }: { id: string; token: string; appSecret: string }) =>
    ask(api.PUT('/api/channels/{id}/token', { params: { path: { id } }, body })),
  )

export const useRename = () =>
  useChange(({ id, name }: { id: string; name: string }) =>
    ask(api.PATCH('/api/channels/{id}', { params: { path: { id } }, body: { name } })),
  )

export const useDisconnect = () =>
  useChange(({ id, name }: { id: string; name: string }) =>
    ask(api.POST('/api/channels/{id}/disconnect', { params: { path: { id } }, body: { name } })),
  )

/** What has to be typed at Meta for a number. It is read anew each time it is looked at. */
export function useWebhook(id: string) {
  return useQuery({
    queryKey: [resource.channels, id, 'webhook'],
    queryFn: ({ signal }) => ask(api.GET('/api/channels/{id}/webhook', { params: { path: { id } }, signal })),
    gcTime: 0,
  })
}
