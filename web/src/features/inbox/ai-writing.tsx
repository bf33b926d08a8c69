import { useTranslation } from 'react-i18next'
import { AiMark } from '../../ui/ai-mark'

/** The AI is at it. */
export function AiWriting() {
  const { t } = useTranslation('inbox')
  return (
    <p className="flex appear items-center gap-2 self-end rounded-bubble rounded-ee-chip border border-ai-line bg-ai-soft px-3 py-2 text-xs font-medium text-ai-text">
      <AiMark size={14} />
      {t('thread.writing')}
    </p>
  )
}
