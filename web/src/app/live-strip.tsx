import { useTranslation } from 'react-i18next'
import { useLiveState } from './use-live-state'

/** On a phone, where there is no rail: a line that says so while changes do not arrive. */
export function LiveStrip() {
  const { t } = useTranslation()
  const state = useLiveState()
  if (state === 'live' || state === 'connecting') return null
  return (
    <p role="status" className="shrink-0 bg-warn-soft px-4 py-1 text-xs text-warn-text sm:hidden">
      {t(`live.${state}.about`)}
    </p>
  )
}
