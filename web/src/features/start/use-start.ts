import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import type { TenantPatch } from '../../api/types'
import { keep, kept } from './kept'

/** The steps, in their order. */
export const steps = ['business', 'knowledge', 'phone', 'whatsapp', 'model', 'team'] as const
export type Step = (typeof steps)[number]

/** What of a step's state is known: nothing while it is being asked. */
export type Done = Partial<Record<Step, boolean>>

/** How far one has come. Nothing of it is kept: it is read off what is there. */
export function useDone(workspace: string): Done & { byChoice: (step: Step) => void } {
  const tenant = useTenant()
  const documents = useQuery({
    queryKey: [resource.documents, 'start'],
    queryFn: ({ signal }) => ask(api.GET('/api/documents', { params: { query: { limit: 1 } }, signal })),
  })
  const talks = useQuery({
    // Under the phone, which is looked at anew with every message: lists of conversations have pages, and this has none.
    queryKey: [resource.phone, 'start'],
    queryFn: ({ signal }) => ask(api.GET('/api/conversations', { params: { query: { limit: 1 } }, signal })),
  })
  const channels = useQuery({
    queryKey: [resource.channels, 'start'],
    queryFn: ({ signal }) => ask(api.GET('/api/channels', { signal })),
  })
  const members = useQuery({
    queryKey: [resource.members, 'start'],
    queryFn: ({ signal }) => ask(api.GET('/api/members', { signal })),
  })
  const [stays, setStays] = useState(() => kept(workspace, 'model'))
  const told = tenant.data
  return {
    ...(told && { business: told.about !== '' && told.hours.length > 0, model: told.model || stays }),
    ...(documents.data && { knowledge: documents.data.items.length > 0 }),
    ...(talks.data && { phone: talks.data.items.length > 0 }),
    ...(channels.data && {
      whatsapp: channels.data.items.some(({ kind, state }) => kind === 'whatsapp' && state === 'active'),
    }),
    ...(members.data && { team: members.data.items.length > 1 }),
    byChoice: (step) => {
      keep(workspace, step)
      setStays(true)
    },
  }
}

export function useTenant() {
  return useQuery({ queryKey: ['tenant'], queryFn: ({ signal }) => ask(api.GET('/api/tenant', { signal })) })
}

/** Tells what the business is. */
export function useTell() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: TenantPatch) => ask(api.PATCH('/api/tenant', { body })),
    onSuccess: (changed) => client.setQueryData(['tenant'], changed),
  })
}

/** Gives the AI something to know. */
export function useGive() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { title: string; text: string }) => ask(api.POST('/api/documents', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: [resource.documents] }),
  })
}
