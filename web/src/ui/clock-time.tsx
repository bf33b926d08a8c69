import { useTranslation } from 'react-i18next'
import { clock, exact, millis } from '../lib/time'

type Props = { at: string | null }

/** The time of day something was said, with the exact time on hover. */
export function ClockTime({ at }: Props) {
  const { i18n } = useTranslation()
  const then = millis(at)
  if (at === null || Number.isNaN(then)) return null
  return (
    <time dateTime={at} title={exact(then, i18n.language)} className="tabular-nums">
      <bdi dir="ltr">{clock(then, i18n.language)}</bdi>
    </time>
  )
}
