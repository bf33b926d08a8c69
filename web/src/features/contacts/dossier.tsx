import { Download, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FullContact } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { useToast } from '../../ui/use-toast'
import { EraseDialog } from './erase-dialog'
import { useExportOne } from './use-dossier'

type Props = { contact: FullContact; onErased: () => void }

/** All that is held of a contact: to be taken out in one file, or to be erased. */
export function Dossier({ contact, onErased }: Props) {
  const { t } = useTranslation('contacts')
  const words = useProblemWords()
  const toast = useToast()
  const reads = useMay('conversations:read')
  const erases = useMay('contacts:erase')
  const out = useExportOne(contact.id)
  const [erasing, setErasing] = useState(false)
  const save = () =>
    out.mutate(undefined, {
      onError: (error) => toast({ text: t('dossier.notSaved', { why: words(error) }), failed: true }),
    })

  return (
    <>
      <p className="text-ink-2">{t('dossier.about')}</p>
      <div className="flex flex-wrap gap-2">
        {reads && (
          <Button size="large" disabled={out.isPending} onClick={save}>
            <Icon as={Download} size={16} />
            {out.isPending ? t('dossier.saving') : t('dossier.save')}
          </Button>
        )}
        {erases && (
          <Button size="large" kind="danger" onClick={() => setErasing(true)}>
            <Icon as={Trash2} size={16} />
            {t('erase.open')}
          </Button>
        )}
      </div>
      {erasing && <EraseDialog contact={contact} onClose={() => setErasing(false)} onErased={onErased} />}
    </>
  )
}
