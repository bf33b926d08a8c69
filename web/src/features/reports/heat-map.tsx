import { useTranslation } from 'react-i18next'
import { Card } from './card'
import { count, weekdays } from './write'

type Props = { hours: readonly (readonly number[])[] }

/** When customers write, by weekday and hour in the time zone of the workspace. It is a table, and looks like a map. */
export function HeatMap({ hours }: Props) {
  const { t, i18n } = useTranslation('reports')
  const locale = i18n.language
  const largest = Math.max(1, ...hours.flat())
  const long = weekdays(locale, 'long')
  const hourName = (hour: number) =>
    new Intl.DateTimeFormat(locale, { hour: 'numeric', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1, hour))
  return (
    <Card title={t('hours.title')} className="lg:col-span-2">
      <div className="relative sm:overflow-x-auto">
        <table className="w-full table-fixed border-separate border-spacing-0.5 sm:min-w-120">
          <caption className="sr-only">{t('hours.about')}</caption>
          <thead>
            <tr className="text-2xs text-ink-3">
              <td className="w-10" />
              {Array.from({ length: 24 }, (_, hour) => (
                <th key={hour} scope="col" className="relative font-normal">
                  <span className={hour % 4 === 0 ? 'whitespace-nowrap' : 'sr-only'}>{hourName(hour)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weekdays(locale, 'short').map((short, day) => (
              <tr key={short}>
                <th scope="row" aria-label={long[day]} className="text-start text-2xs font-normal text-ink-3">
                  {short}
                </th>
                {(hours[day] ?? []).map((n, hour) => (
                  <td
                    key={hour}
                    title={t('hours.cell', { day: long[day], hour: hourName(hour), count: n })}
                    className="relative h-5 overflow-hidden rounded-chip bg-hover"
                  >
                    <span
                      aria-hidden="true"
                      className="absolute inset-0 bg-accent"
                      style={{ opacity: n === 0 ? 0 : 0.15 + (0.85 * n) / largest }}
                    />
                    <span className="sr-only">{count(n, locale)}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}
