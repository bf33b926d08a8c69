import { useTranslation } from 'react-i18next'
import type { Report } from '../../api/types'
import { Card } from './card'
import { count } from './write'

type Props = { reasons: Report['handOffs']; onOpen: (reason: string) => void }

const known = [
  'asked_for_person',
  'not_known',
  'low_confidence',
  'failure',
  'deadline',
  'frustration',
  'rule',
  'repeated',
  'turn_limit',
  'sensitive',
] as const

/** Why the AI gave conversations to people; each bar opens what is behind it. */
export function ReasonBars({ reasons, onOpen }: Props) {
  const { t, i18n } = useTranslation('reports')
  const largest = Math.max(1, ...reasons.map((one) => one.count))
  const name = (reason: string) => {
    const code = known.find((one) => one === reason)
    return code ? t(`reason.${code}`) : reason || t('reason.none')
  }
  return (
    <Card title={t('reasons.title')}>
      {reasons.length === 0 && <p className="text-ink-3">{t('reasons.none')}</p>}
      <ul className="grid gap-1">
        {reasons.map((one) => (
          <li key={one.name}>
            <button
              type="button"
              onClick={() => onOpen(one.name)}
              className="grid touch w-full grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_auto] items-center gap-3 rounded-chip px-1 py-1.5 text-start hover:bg-hover"
            >
              <span className="truncate">{name(one.name)}</span>
              <span aria-hidden="true" className="h-2.5">
                <span
                  className="block h-full rounded-chip bg-accent"
                  style={{ inlineSize: `${(100 * one.count) / largest}%` }}
                />
              </span>
              <span className="min-w-8 text-end font-semibold tabular-nums">{count(one.count, i18n.language)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  )
}
