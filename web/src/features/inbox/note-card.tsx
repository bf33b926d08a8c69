import { Lock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { ClockTime } from '../../ui/clock-time'
import { Icon } from '../../ui/icon'
import { SaidText } from '../../ui/said-text'

type Props = { author: string; text: string; at?: string | null }

/** A note: private paper, only colleagues see it. */
export function NoteCard({ author, text, at }: Props) {
  const { t } = useTranslation('inbox')
  return (
    <article
      aria-label={t('note.by', { name: author })}
      className="max-w-[min(480px,88%)] self-end rounded-card border border-dashed border-note-line bg-note-soft px-3 py-2"
    >
      <header className="flex items-center gap-1.5 text-2xs font-semibold text-note-text">
        <Icon as={Lock} size={12} />
        <span>
          <bdi>{t('note.by', { name: author })}</bdi> · {t('note.private')}
          {at && (
            <>
              {' · '}
              <ClockTime at={at} />
            </>
          )}
        </span>
      </header>
      <SaidText text={text} />
    </article>
  )
}
