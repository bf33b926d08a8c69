import { Play } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileOf, Message } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { size } from '../../lib/size'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { useCodeWords } from './use-code-words'
import { useFile } from './use-file'

type Props = { message: Message; file: FileOf }

/** A recording or a video. It is fetched when somebody wants it: it may be large. */
export function FilePlayer({ message: m, file }: Props) {
  const { t, i18n } = useTranslation('inbox')
  const words = useCodeWords()
  const problem = useProblemWords()
  const [wanted, setWanted] = useState(false)
  const { url, loading, error, again } = useFile(m.id, wanted)
  const name = words('kind', m.kind)
  if (url && file.type.startsWith('video/'))
    return (
      // eslint-disable-next-line jsx-a11y/media-has-caption -- WhatsApp has none
      <video controls autoPlay src={url} aria-label={name} className="mb-1 max-h-80 max-w-full rounded-card" />
    )
  if (url)
    return (
      // eslint-disable-next-line jsx-a11y/media-has-caption -- WhatsApp has none
      <audio controls autoPlay src={url} aria-label={name} className="mb-1 w-64 max-w-full" />
    )
  return (
    <span className="mb-1 flex flex-col items-start gap-1">
      <Button size="small" disabled={loading} onClick={error ? again : () => setWanted(true)}>
        <Icon as={Play} size={14} />
        {t('file.play', { name, size: size(file.size, i18n.language) })}
      </Button>
      {loading && (
        <span role="status" className="text-xs">
          {t('file.coming')}
        </span>
      )}
      {error && (
        <span role="alert" className="text-xs">
          {problem(error)}
        </span>
      )}
    </span>
  )
}
