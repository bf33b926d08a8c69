import { useTranslation } from 'react-i18next'
import { ownLink } from '../../lib/own-link'
import { Dialog } from '../../ui/dialog'
import { ShownOnce } from '../../ui/shown-once'

type Props = { title: string; about: string; link: string; onClose: () => void }

/** A one-time link, to be given to whom it is for. */
export function LinkDialog({ title, about, link, onClose }: Props) {
  const { t } = useTranslation('team')
  return (
    <Dialog title={title} about={about} open onClose={onClose}>
      <ShownOnce name={t('link')} text={ownLink(link)} />
    </Dialog>
  )
}
