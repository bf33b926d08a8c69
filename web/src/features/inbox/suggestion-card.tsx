import { useTranslation } from 'react-i18next'
import type { Conversation, Message } from '../../api/types'
import { useMay } from '../../api/use-session'
import { useDraft } from '../../lib/drafts'
import { AiMark } from '../../ui/ai-mark'
import { Button } from '../../ui/button'
import { SaidText } from '../../ui/said-text'

type Props = { message: Message; conversation: Conversation }

/** What the AI would say, for a person to send: nothing of it has left the house. */
export function SuggestionCard({ message, conversation }: Props) {
  const { t } = useTranslation('inbox')
  const may = useMay('conversations:reply')
  const [, setDraft] = useDraft(conversation.id)
  return (
    <article
      aria-label={t('suggestion.name')}
      className="max-w-[min(520px,88%)] self-end rounded-bubble rounded-ee-chip border border-dashed border-ai-line bg-surface px-3 py-2 text-md"
    >
      <header className="mb-0.5 flex items-center gap-1.5 text-2xs font-semibold text-ai-text">
        <AiMark size={14} />
        {t('suggestion.name')}
      </header>
      <SaidText text={message.text} />
      {may && (
        <Button size="small" onClick={() => setDraft(message.text)} className="mt-2">
          {t('suggestion.use')}
        </Button>
      )}
    </article>
  )
}
