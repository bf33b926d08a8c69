import { useTranslation } from 'react-i18next'
import type { Report } from '../../api/types'
import type { Metric } from './queries'
import { count, share, wait } from './write'

type Props = { report: Report; onOpen: (metric: Metric) => void }
type Figure = {
  name: string
  value: string
  now: number
  before: number
  more?: string
  /** What stands behind it. */
  metric: Metric
}

/** The numbers at the top, each beside what it was before, and each with the conversations behind it. */
export function Numbers({ report, onOpen }: Props) {
  const { t, i18n } = useTranslation('reports')
  const locale = i18n.language
  const { totals: now, before } = report
  const looked = (all: typeof now) => all.aiAlone + all.withPerson + all.unanswered
  const figures: Figure[] = [
    { name: t('opened'), value: count(now.opened, locale), now: now.opened, before: before.opened, metric: 'opened' },
    { name: t('closed'), value: count(now.closed, locale), now: now.closed, before: before.closed, metric: 'closed' },
    {
      name: t('aiAlone'),
      value: share(now.aiAlone, looked(now), locale),
      now: now.aiAlone / Math.max(1, looked(now)),
      before: before.aiAlone / Math.max(1, looked(before)),
      more: t('withPerson', { count: now.withPerson }),
      metric: 'ai_alone',
    },
    {
      name: t('firstAI'),
      value: now.firstByAI.count > 0 ? wait(now.firstByAI.medianMs, locale) : t('nothing'),
      now: now.firstByAI.medianMs,
      before: before.firstByAI.medianMs,
      ...(now.firstByAI.count > 0 && { more: t('p90', { time: wait(now.firstByAI.p90Ms, locale) }) }),
      metric: 'ai_alone',
    },
    {
      name: t('firstPeople'),
      value: now.firstByPeople.count > 0 ? wait(now.firstByPeople.medianMs, locale) : t('nothing'),
      now: now.firstByPeople.medianMs,
      before: before.firstByPeople.medianMs,
      ...(now.firstByPeople.count > 0 && { more: t('p90', { time: wait(now.firstByPeople.p90Ms, locale) }) }),
      metric: 'with_person',
    },
    {
      name: t('handedOff'),
      value: count(now.handedOff, locale),
      now: now.handedOff,
      before: before.handedOff,
      more: t('unanswered', { count: now.unanswered }),
      metric: 'handed_off',
    },
  ]
  return (
    <ul className="grid grid-cols-2 [gap:1px] overflow-hidden rounded-card border border-line bg-line md:grid-cols-3 xl:grid-cols-6">
      {figures.map((one) => (
        <li key={one.name} className="bg-surface">
          <button
            type="button"
            onClick={() => onOpen(one.metric)}
            className="grid size-full content-start gap-0.5 p-4 text-start focus-inside hover:bg-hover"
          >
            <span className="text-xs text-ink-2">{one.name}</span>
            <span className="text-xl font-semibold tabular-nums">{one.value}</span>
            <span className="text-xs text-ink-3">
              {trend(one.now, one.before, locale) ?? t('noBefore')}
              {one.more && ` · ${one.more}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

// trend is how much more or less than before: "↑ 12 %".
function trend(now: number, before: number, locale: string): string | undefined {
  if (before === 0) return undefined
  const change = now / before - 1
  const arrow = Math.abs(change) < 0.005 ? '→' : change > 0 ? '↑' : '↓'
  return `${arrow} ${new Intl.NumberFormat(locale, { style: 'percent' }).format(Math.abs(change))}`
}
