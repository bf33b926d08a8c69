import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import type { TenantPatch } from '../../api/types'

const key = ['tenant'] as const

/** The workspace. */
export function useTenant() {
  return useQuery({ queryKey: key, queryFn: ({ signal }) => ask(api.GET('/api/tenant', { signal })) })
}

/** Changes the workspace; what is left out stays. */
export function useChangeTenant() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: TenantPatch) => ask(api.PATCH('/api/tenant', { body })),
    onSuccess: (changed) => client.setQueryData(key, changed),
  })
}
