import { useTranslation } from 'react-i18next'
import type { Trace } from '../../api/types'

type Props = { trace: Trace }

/** Where the time of an answer went. */
export function WhyTimes({ trace }: Props) {
  const { t, i18n } = useTranslation('inbox')
  const { retrieveMs, modelMs, totalMs } = trace.timings
  const rest = Math.max(0, totalMs - retrieveMs - modelMs)
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: totalMs < 100 ? 1 : 0 })
  const ms = (value: number) => t('why.ms', { value: number.format(value) })
  const stages = [
    { name: t('why.retrieve'), value: retrieveMs, color: 'bg-accent' },
    { name: t('why.write'), value: modelMs, color: 'bg-ai-bar' },
    { name: t('why.rest'), value: rest, color: 'bg-line-control' },
  ]
  return (
    <section>
      <h3 className="mb-2 flex text-xs font-semibold">
        {t('why.time')}
        <span className="ms-auto tabular-nums">{ms(totalMs)}</span>
      </h3>
      <div aria-hidden="true" className="mb-2 flex h-2 gap-0.5 overflow-hidden rounded-full bg-hover">
        {totalMs > 0 &&
          stages.map(({ name, value, color }) => (
            <span key={name} className={color} style={{ width: `${(value / totalMs) * 100}%` }} />
          ))}
      </div>
      <dl className="grid gap-1 text-xs">
        {stages.map(({ name, value, color }) => (
          <div key={name} className="flex items-center gap-2">
            <span aria-hidden="true" className={`rounded-xs size-2 ${color}`} />
            <dt className="text-ink-2">{name}</dt>
            <dd className="ms-auto tabular-nums">{ms(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
