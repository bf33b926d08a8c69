import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from './client'
import { resource } from './live'
import type { Template } from './types'

/** All templates of a number, and how current they are. */
type TemplateList = { items: Template[]; readAt: string | null; reading: boolean; failure: string }

const atOnce = 100

/** The templates of a number by name; an account has a few dozen, so all are read. */
export function useTemplates(channelId: string, removed = false) {
  return useQuery({
    queryKey: [resource.templates, channelId, removed],
    queryFn: async ({ signal }): Promise<TemplateList> => {
      const items: Template[] = []
      for (let after: string | undefined; ;) {
        const query = { limit: atOnce, removed, ...(after && { after }) }
        const params = { path: { id: channelId }, query }
        const page = await ask(api.GET('/api/channels/{id}/templates', { params, signal }))
        items.push(...page.items)
        after = page.next
        if (!after) return { items, readAt: page.readAt, reading: page.reading, failure: page.failure }
      }
    },
    enabled: channelId !== '',
  })
}

/** Has the templates of a number read from WhatsApp again; what comes of it shows by itself. */
export function useReadTemplates(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => ask(api.POST('/api/channels/{id}/templates/read', { params: { path: { id: channelId } } })),
    onSettled: () => client.invalidateQueries({ queryKey: [resource.templates, channelId] }),
  })
}
