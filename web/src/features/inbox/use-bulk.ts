import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import type { Bulk, Conversation } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useToast } from '../../ui/use-toast'

type What = Omit<Bulk, 'ids'>

const most = 100 // at once

/** Does one thing to many conversations, with a way back where there is one; each of them may fail alone. */
export function useBulk(conversations: Conversation[], onDone: () => void) {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const toast = useToast()
  const client = useQueryClient()
  const many = useMutation({
    mutationFn: (body: Bulk) => ask(api.POST('/api/conversations/bulk', { body })),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [resource.conversations] }),
        client.invalidateQueries({ queryKey: [resource.conversation] }),
        client.invalidateQueries({ queryKey: [resource.counts] }),
        client.invalidateQueries({ queryKey: [resource.messages] }),
      ]),
  })
  const onError = (error: Error) => toast({ text: words(error), failed: true })

  const run = (what: What) => {
    const asked = conversations.slice(0, most)
    many.mutate(
      { ...what, ids: asked.map(({ id }) => id) },
      {
        onError,
        onSuccess: ({ items }) => {
          const failed = items.filter(({ done }) => !done)
          if (failed[0]) {
            toast({ text: t('bulk.failed', { count: failed.length, why: failed[0].problem }), failed: true })
          }
          const done = asked.filter(({ id }) => items.some((one) => one.id === id && one.done))
          const back = backFrom(what, done)
          const undo = back && { undo: () => many.mutate(back, { onError }) }
          if (done.length > 0) toast({ text: t(`bulk.done.${what.action}`, { count: done.length }), ...undo })
          onDone()
        },
      },
    )
  }
  return { run, busy: many.isPending }
}

// backFrom says how something is undone: a label is taken off only where it was not before.
function backFrom({ action, labelId = '' }: What, done: Conversation[]): Bulk | undefined {
  const ids = done.map(({ id }) => id)
  switch (action) {
    case 'close':
      return { action: 'reopen', ids }
    case 'snooze':
      return { action: 'unsnooze', ids }
    case 'label': {
      const fresh = done.filter(({ labels }) => labels.every(({ id }) => id !== labelId)).map(({ id }) => id)
      return fresh.length > 0 ? { action: 'unlabel', labelId, ids: fresh } : undefined
    }
    default:
      return undefined
  }
}
