import { useTranslation } from 'react-i18next'
import type { Message } from '../../api/types'
import { useMay } from '../../api/use-session'
import { Icon } from '../../ui/icon'
import { FileCard } from './file-card'
import { FilePicture } from './file-picture'
import { FilePlayer } from './file-player'
import { kindIcon } from './kind-icon'
import { useFetchAgain } from './queries'
import { useCodeWords } from './use-code-words'

type Props = { message: Message }

/** The file of a message: a picture, something to play, something to save, or why there is none. */
export function FileBox({ message: m }: Props) {
  const file = m.file
  if (!file) return <Named message={m} />
  if (file.state === 'wanted') return <Coming message={m} />
  if (file.state === 'failed') return <Missing message={m} />
  if (file.type.startsWith('image/') && m.kind !== 'document') return <FilePicture message={m} file={file} />
  if (file.type.startsWith('audio/') || file.type.startsWith('video/')) return <FilePlayer message={m} file={file} />
  return <FileCard message={m} file={file} />
}

function Named({ message: m }: Props) {
  const words = useCodeWords()
  const icon = kindIcon(m.kind)
  return (
    <span className="flex items-center gap-2 font-medium">
      {icon && <Icon as={icon} size={16} />}
      {words('kind', m.kind)}
    </span>
  )
}

function Coming({ message }: Props) {
  const { t } = useTranslation('inbox')
  return (
    <span role="status" className="flex flex-col gap-1">
      <Named message={message} />
      <span className="text-xs">{t('file.coming')}</span>
    </span>
  )
}

function Missing({ message: m }: Props) {
  const { t } = useTranslation('inbox')
  const words = useCodeWords()
  const may = useMay('conversations:reply')
  const again = useFetchAgain(m.conversationId)
  return (
    <span className="flex flex-col items-start gap-1">
      <Named message={m} />
      <span className="text-xs">{words('fileFailure', m.file?.failure ?? '')}</span>
      {may && (
        <button
          type="button"
          disabled={again.isPending}
          onClick={() => again.mutate(m.id)}
          className="touch-around rounded-chip text-xs font-medium underline"
        >
          {t('file.again')}
        </button>
      )}
    </span>
  )
}
