import { useTranslation } from 'react-i18next'
import type { ReportDay } from '../../api/types'
import { Card } from './card'
import { ChartFrame, heightOf, placeOf, plot, topOf, type Series } from './chart-frame'
import { Legend } from './legend'

type Props = { days: readonly ReportDay[] }

/** Messages a day, stacked by who wrote them. */
export function MessageBars({ days }: Props) {
  const { t, i18n } = useTranslation('reports')
  const series: Series[] = [
    { name: t('by.customer'), of: (day) => day.customer, swatch: 'fill-line-control bg-line-control' },
    { name: t('by.ai'), of: (day) => day.ai, swatch: 'fill-ai-bar bg-ai-bar' },
    { name: t('by.people'), of: (day) => day.people, swatch: 'fill-accent bg-accent' },
  ]
  const largest = Math.max(...days.map((day) => day.customer + day.ai + day.people))
  const top = topOf(largest)
  return (
    <Card title={t('messages.title')} end={<Legend series={series} />} className="lg:col-span-2">
      <ChartFrame
        name={t('messages.title')}
        days={days}
        series={series}
        largest={largest}
        locale={i18n.language}
        dateName={t('day')}
      >
        {days.map((day, i) => {
          const { x, width } = placeOf(i, days.length)
          let y: number = plot.bottom
          return series.map((one) => {
            const height = heightOf(one.of(day), top)
            y -= height
            return (
              height > 0 && (
                <rect
                  key={`${day.date} ${one.name}`}
                  x={x + width * 0.15}
                  y={y}
                  width={width * 0.7}
                  height={Math.max(0.5, height - 1)}
                  rx={Math.min(2, width / 6)}
                  className={one.swatch}
                />
              )
            )
          })
        })}
      </ChartFrame>
    </Card>
  )
}
