import { Check, CheckCheck, CircleAlert, CircleHelp, Clock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Icon } from './icon'

/** How far a message of ours has come. */
type Station = 'received' | 'queued' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'unknown'

const shapes = {
  received: Clock,
  queued: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  played: CheckCheck,
  failed: CircleAlert,
  unknown: CircleHelp,
} as const

type Props = {
  station: Station
  /** The colour of "read"; the others take the colour of the text around. */
  readColor?: string
}

/** The ticks of a message, as everybody knows them. */
export function Ticks({ station, readColor = 'text-accent-text' }: Props) {
  const { t } = useTranslation()
  const read = station === 'read' || station === 'played'
  const name = t(`station.${station}`)
  return (
    <span role="img" aria-label={name} title={name} className={read ? readColor : undefined}>
      <Icon as={shapes[station]} size={14} />
    </span>
  )
}
