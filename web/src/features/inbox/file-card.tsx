import { Download, FileText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { FileOf, Message } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { size } from '../../lib/size'
import { Icon } from '../../ui/icon'
import { useCodeWords } from './use-code-words'
import { useSaveFile } from './use-file'

type Props = { message: Message; file: FileOf }

/** A file to be saved: its name and its size. It is never opened here, whatever it is. */
export function FileCard({ message: m, file }: Props) {
  const { t, i18n } = useTranslation('inbox')
  const words = useCodeWords()
  const problem = useProblemWords()
  const name = file.filename || words('kind', m.kind)
  const saving = useSaveFile(m.id, name)
  return (
    <span className="mb-1 flex flex-col items-start gap-1">
      <button
        type="button"
        disabled={saving.isPending}
        onClick={() => saving.mutate()}
        aria-label={t('file.saveNamed', { name })}
        className="flex max-w-full items-center gap-2 rounded-card border border-current/20 px-3 py-2 text-start"
      >
        <Icon as={FileText} size={20} />
        <span className="min-w-0">
          <bdi className="block truncate font-medium">{name}</bdi>
          <span className="text-xs">{size(file.size, i18n.language)}</span>
        </span>
        <Icon as={Download} size={16} />
      </button>
      {saving.error && (
        <span role="alert" className="text-xs">
          {problem(saving.error)}
        </span>
      )}
    </span>
  )
}
