import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useToast } from '../../ui/use-toast'
import { contactName } from './contact-name'
import { useAct } from './queries'

/** Closes a conversation, with a way back, or opens it again. */
export function useClose(c: Conversation): { closed: boolean; toggle: () => void } {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const toast = useToast()
  const act = useAct(c.id)
  const closed = c.status === 'closed'
  const onError = (error: Error) => toast({ text: words(error), failed: true })
  const reopen = () => act.mutate('reopen', { onError })
  const close = () =>
    act.mutate('close', {
      onError,
      onSuccess: () => toast({ text: t('act.closed', { name: contactName(c.contact) }), undo: reopen }),
    })
  return { closed, toggle: closed ? reopen : close }
}
