import { useTranslation } from 'react-i18next'
import { Segments } from '../../ui/segments'
import { daysBefore } from './write'

type Props = {
  from: string
  to: string
  onChange: (days: { from: string | undefined; to: string | undefined }) => void
}

const spans = ['7', '28', '90'] as const
const box = 'h-8 touch rounded-control border border-line-strong bg-surface px-2 text-sm'

/** The days a report is of: the last so many, or any from one to another. */
export function RangePicker({ from, to, onChange }: Props) {
  const { t } = useTranslation('reports')
  const chosen = spans.find((span) => daysBefore(to, Number(span) - 1) === from) ?? ''
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segments
        name={t('range.name')}
        value={chosen}
        options={spans.map((span) => ({ value: span, name: t('range.days', { count: Number(span) }) }))}
        onChange={(span) => onChange({ from: daysBefore(to, Number(span) - 1), to })}
      />
      <input
        type="date"
        aria-label={t('range.from')}
        value={from}
        max={to}
        min={daysBefore(to, 399)}
        onChange={(event) => event.target.value && onChange({ from: event.target.value, to })}
        className={box}
      />
      <input
        type="date"
        aria-label={t('range.to')}
        value={to}
        min={from}
        onChange={(event) => event.target.value && onChange({ from, to: event.target.value })}
        className={box}
      />
    </div>
  )
}
