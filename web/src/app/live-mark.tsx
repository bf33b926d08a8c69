import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import type { LiveState } from '../api/live'
import { useLiveState } from './use-live-state'

const dots: Record<LiveState, string> = {
  connecting: 'border border-line-control',
  live: 'bg-good',
  'catching-up': 'bg-warn',
  offline: 'border border-line-control',
}

/** Whether changes arrive as they happen. */
export function LiveMark() {
  const { t } = useTranslation()
  const state = useLiveState()
  return (
    <span
      role="status"
      title={t(`live.${state}.about`)}
      className="flex w-16 flex-col items-center gap-1 text-center text-2xs leading-3.5 text-ink-3"
    >
      <span aria-hidden="true" className={clsx('size-2 rounded-full', dots[state])} />
      {t(`live.${state}.name`)}
    </span>
  )
}
