import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileOf, Message } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { useCodeWords } from './use-code-words'
import { save, useFile } from './use-file'

type Props = { message: Message; file: FileOf }

/** A picture in the thread; it opens large, and can be saved from there. */
export function FilePicture({ message: m, file }: Props) {
  const { t } = useTranslation('inbox')
  const words = useCodeWords()
  const problem = useProblemWords()
  const [open, setOpen] = useState(false)
  const { url, error, again } = useFile(m.id, true)
  const name = m.text || file.filename || words('kind', m.kind)
  if (error)
    return (
      <span role="alert" className="text-xs">
        {problem(error)}{' '}
        <button type="button" onClick={again} className="touch-around rounded-chip font-medium underline">
          {t('tryAgain', { ns: 'common' })}
        </button>
      </span>
    )
  if (!url) return <span role="status" aria-label={t('file.coming')} className="block size-40 rounded-card bg-sunken" />
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        aria-label={t('file.enlarge', { name })}
        className="mb-1 block max-w-full rounded-card"
      >
        <img
          src={url}
          alt={name}
          className={
            m.kind === 'sticker' ? 'size-32 object-contain' : 'max-h-72 max-w-full rounded-card object-contain'
          }
        />
      </button>
      <Dialog title={name} open={open} onClose={() => setOpen(false)} wide>
        <img src={url} alt={name} className="mx-auto max-h-[70dvh] max-w-full object-contain" />
        <Button className="mt-3" onClick={() => save(url, file.filename || fileName(file.type))}>
          {t('file.save')}
        </Button>
      </Dialog>
    </>
  )
}

// WhatsApp names documents only.
function fileName(type: string): string {
  return `whatsapp.${type.split('/')[1] ?? 'bin'}`
}
