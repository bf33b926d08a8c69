import { useMutation, useQuery, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import type { Role } from '../../api/types'

// Below the members everybody may read: both are read anew together.
const keys = { members: [resource.members, 'team'] as const, invitations: [resource.invitations] as const }

/** The colleagues, the longest there first. */
export function useMembers() {
  return useQuery({
    queryKey: keys.members,
    queryFn: ({ signal }) => ask(api.GET('/api/team', { signal })),
    select: (page) => page.items,
  })
}

/** Who is asked to join and has not yet. */
export function useInvitations() {
  return useQuery({
    queryKey: keys.invitations,
    queryFn: ({ signal }) => ask(api.GET('/api/invitations', { signal })),
    select: (page) => page.items,
  })
}

// useChange is a change after which a list is read anew.
function useChange<I, O>(key: QueryKey, change: (input: I) => Promise<O>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: key }) })
}

export const useInvite = () =>
  useChange(keys.invitations, (body: { email: string; role: Role }) => ask(api.POST('/api/invitations', { body })))

export const useInviteAgain = () =>
  useChange(keys.invitations, (id: string) =>
    ask(api.POST('/api/invitations/{id}/resend', { params: { path: { id } } })),
  )

export const useRevoke = () =>
  useChange(keys.invitations, (id: string) => ask(api.DELETE('/api/invitations/{id}', { params: { path: { id } } })))

export const useChangeRole = () =>
  useChange(keys.members, ({ id, role }: { id: string; role: Role }) =>
    ask(api.PATCH('/api/team/{id}', { params: { path: { id } }, body: { role } })),
  )

export const useRemoveMember = () =>
  useChange(keys.members, (id: string) => ask(api.DELETE('/api/team/{id}', { params: { path: { id } } })))

export const useResetLink = () =>
  useChange(keys.members, (id: string) => ask(api.POST('/api/team/{id}/reset-link', { params: { path: { id } } })))
