import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import type { TemplateValues } from '../../api/types'

/** Sends a template in a conversation. */
export function useSendTemplate(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: TemplateValues) =>
      ask(api.POST('/api/conversations/{id}/template', { params: { path: { id } }, body })),
    onSuccess: () => {
      for (const queryKey of [[resource.messages, id], [resource.conversation, id], [resource.conversations]]) {
        void client.invalidateQueries({ queryKey })
      }
    },
  })
}
