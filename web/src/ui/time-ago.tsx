import { useTranslation } from 'react-i18next'
import { ago, exact, millis } from '../lib/time'
import { useNow } from '../lib/use-now'

type Props = { at: string | null; className?: string }

/** How long ago, with the exact time on hover. */
export function TimeAgo({ at, className }: Props) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const then = millis(at)
  if (at === null || Number.isNaN(then)) return null
  return (
    <time dateTime={at} title={exact(then, i18n.language)} className={className}>
      {ago(then, now, i18n.language, t('time.now'))}
    </time>
  )
}
