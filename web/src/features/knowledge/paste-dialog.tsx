import { useTranslation } from 'react-i18next'
import { Dialog } from '../../ui/dialog'
import { PasteForm } from './paste-form'

type Props = { open: boolean; onClose: () => void }

/** The form that tells the AI something, over the page. */
export function PasteDialog({ open, onClose }: Props) {
  const { t } = useTranslation('knowledge')
  return (
    <Dialog title={t('paste.open')} about={t('paste.dialogAbout')} open={open} onClose={onClose} wide>
      <PasteForm onAdded={onClose} onCancel={onClose} />
    </Dialog>
  )
}
