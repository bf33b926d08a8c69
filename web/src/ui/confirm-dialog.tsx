import { useTranslation } from 'react-i18next'
import { Button } from './button'
import { Dialog } from './dialog'

type Props = {
  title: string
  /** What is lost, in a sentence. */
  about: string
  /** What is done: "Remove". */
  action: string
  onClose: () => void
  onDo: () => void
}

/** Asks once more before something is done that cannot be taken back. */
export function ConfirmDialog({ title, about, action, onClose, onDo }: Props) {
  const { t } = useTranslation()
  return (
    <Dialog title={title} about={about} open onClose={onClose}>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          kind="destroy"
          onClick={() => {
            onClose()
            onDo()
          }}
        >
          {action}
        </Button>
      </div>
    </Dialog>
  )
}
