import { CircleCheck, CircleDashed, CircleX, Hourglass, TriangleAlert, type LucideIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ChannelCheck, Connecting } from '../../api/types'
import { exact } from '../../lib/time'
import { Icon } from '../../ui/icon'

const marks: Record<ChannelCheck['result'], { icon: LucideIcon; color: string }> = {
  ok: { icon: CircleCheck, color: 'text-good-text' },
  warning: { icon: TriangleAlert, color: 'text-warn-text' },
  failed: { icon: CircleX, color: 'text-danger-text' },
  waiting: { icon: Hourglass, color: 'text-ink-3' },
  unknown: { icon: CircleDashed, color: 'text-ink-3' },
}

/** What was found out about a number, a line for each thing that must be true, and what to do about those that are not. */
export function CheckList({ checks }: { checks: readonly ChannelCheck[] }) {
  const { t } = useTranslation('numbers')
  return (
    <ul aria-label={t('checks.name')} className="grid gap-2">
      {checks.map((check) => (
        <Line key={check.id} check={check} />
      ))}
    </ul>
  )
}

/** Why Meta was asked in vain: nothing was stored. */
export function Refused({ title, found }: { title: string; found: Connecting | undefined }) {
  if (!found || found.channel) return null
  return (
    <div role="status" className="grid gap-2 rounded-card border border-danger-line p-3">
      <p className="font-semibold">{title}</p>
      <CheckList checks={found.checks} />
    </div>
  )
}

function Line({ check }: { check: ChannelCheck }) {
  const { t, i18n } = useTranslation('numbers')
  const { icon, color } = marks[check.result]
  const { at, ...others } = check.values
  const values = { ...others, ...(at && { at: exact(Date.parse(at), i18n.language) }) }
  // A result of a newer server that has no words here yet is shown by its sign alone.
  const words = (key: string) =>
    i18n.exists(key, { ns: 'numbers' }) ? (t as unknown as (key: string, values: object) => string)(key, values) : ''
  const key = `checks.${check.id}.${check.why || check.result}`
  const what = words(key) || words(`checks.${check.id}.name`)
  const todo = words(`${key}Todo`) || check.todo
  const said = [check.said, todo].filter(Boolean).join(' ')
  return (
    <li className="flex items-start gap-2">
      <span role="img" aria-label={t(`checks.result.${check.result}`)} className={`mt-0.5 ${color}`}>
        <Icon as={icon} size={16} />
      </span>
      <div className="min-w-0">
        <p className="wrap-anywhere">{what}</p>
        {said && check.result !== 'ok' && (
          <p className="text-xs wrap-anywhere text-ink-2">
            {said} {check.code > 0 && <span className="text-ink-3">{t('checks.code', { code: check.code })}</span>}
          </p>
        )}
      </div>
    </li>
  )
}
