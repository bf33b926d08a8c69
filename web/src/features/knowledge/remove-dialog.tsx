import { useTranslation } from 'react-i18next'
import type { Document } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { useToast } from '../../ui/use-toast'
import { useRemoveDocument } from './queries'

type Props = {
  /** What is to be forgotten; undefined while nothing is. */
  document: Document | undefined
  onClose: () => void
  onRemoved: (id: string) => void
}

/** Asks once more before the AI forgets a document, and says what is lost. */
export function RemoveDialog({ document, onClose, onRemoved }: Props) {
  const { t } = useTranslation('knowledge')
  const words = useProblemWords()
  const toast = useToast()
  const remove = useRemoveDocument()
  if (!document) return null
  const { id, title, passages } = document

  const forget = () => {
    onClose()
    onRemoved(id)
    remove.mutate(id, {
      onSuccess: () => toast({ text: t('remove.done', { title }) }),
      onError: (error) => toast({ text: t('remove.failed', { title, why: words(error) }), failed: true }),
    })
  }

  return (
    <Dialog title={t('remove.title', { title })} about={t('remove.about', { count: passages })} open onClose={onClose}>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('remove.keep')}</Button>
        <Button kind="destroy" onClick={forget}>
          {t('remove.do')}
        </Button>
      </div>
    </Dialog>
  )
}
