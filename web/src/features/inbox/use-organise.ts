import { useTranslation } from 'react-i18next'
import type { Conversation, LabelOn, Colleague } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { dayAndTime } from '../../lib/snooze-times'
import { useToast } from '../../ui/use-toast'
import { useAct, type Act } from './queries'

/** Assigns, snoozes and labels a conversation, with a way back. */
export function useOrganise(c: Conversation) {
  const { t, i18n } = useTranslation('inbox')
  const words = useProblemWords()
  const toast = useToast()
  const act = useAct(c.id)
  const onError = (error: Error) => toast({ text: words(error), failed: true })
  const run = (what: Act, done?: string, back?: Act) =>
    act.mutate(what, {
      onError,
      onSuccess: () => done && toast({ text: done, ...(back && { undo: () => act.mutate(back, { onError }) }) }),
    })
  return {
    assign: (to: Pick<Colleague, 'id' | 'name'> | undefined) => {
      const before: Act =
        c.handler === 'ai'
          ? 'handback'
          : { assign: c.assigneeId ? { id: c.assigneeId, name: c.assigneeName } : undefined }
      run({ assign: to }, to ? t('assign.done', { name: to.name }) : t('assign.undone'), before)
    },
    snooze: (until: number) => {
      run(
        { snooze: new Date(until).toISOString() },
        t('snooze.done', { time: dayAndTime(until, i18n.language) }),
        'unsnooze',
      )
    },
    wake: () => run('unsnooze'),
    label: (labels: LabelOn[]) => run({ labels }),
  }
}
