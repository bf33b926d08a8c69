import { useTranslation } from 'react-i18next'
import type { ReportDay } from '../../api/types'
import { Card } from './card'
import { ChartFrame, heightOf, placeOf, plot, topOf, type Series } from './chart-frame'
import { Legend } from './legend'

type Props = { days: readonly ReportDay[] }

/** Conversations that began and were closed, a day after the other. */
export function ConversationLines({ days }: Props) {
  const { t, i18n } = useTranslation('reports')
  const series = [
    { name: t('opened'), of: (day: ReportDay) => day.opened, swatch: 'stroke-accent bg-accent', dash: undefined },
    {
      name: t('closed'),
      of: (day: ReportDay) => day.closed,
      swatch: 'stroke-line-control bg-line-control',
      dash: '4 3',
    },
  ] satisfies (Series & { dash: string | undefined })[]
  const largest = Math.max(...days.flatMap((day) => [day.opened, day.closed]))
  const top = topOf(largest)
  return (
    <Card title={t('conversations.title')} end={<Legend series={series} />} className="lg:col-span-2">
      <ChartFrame
        name={t('conversations.title')}
        days={days}
        series={series}
        largest={largest}
        locale={i18n.language}
        dateName={t('day')}
      >
        {series.map((one) => (
          <polyline
            key={one.name}
            fill="none"
            strokeWidth={2}
            strokeLinejoin="round"
            strokeDasharray={one.dash}
            className={one.swatch}
            points={days
              .map((day, i) => {
                const { x, width } = placeOf(i, days.length)
                return `${x + width / 2},${plot.bottom - heightOf(one.of(day), top)}`
              })
              .join(' ')}
          />
        ))}
      </ChartFrame>
    </Card>
  )
}
