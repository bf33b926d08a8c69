import { useTranslation } from 'react-i18next'

/** The business is writing. */
export function TypingDots() {
  const { t } = useTranslation('phone')
  return (
    <p
      role="status"
      aria-label={t('typing')}
      className="flex appear gap-1 self-start rounded-[14px] rounded-es-chip border border-line bg-surface p-3"
    >
      {[0, 150, 300].map((delay) => (
        <span
          key={delay}
          className="size-1.5 animate-[breathe_1.2s_ease-in-out_infinite] rounded-full bg-ink-3"
          style={{ animationDelay: `${delay}ms` }}
        />
      ))}
    </p>
  )
}
