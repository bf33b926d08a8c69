import { Check, CircleAlert, CircleDashed, CirclePause } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Document } from '../../api/types'
import { Icon } from '../../ui/icon'
import { beingRead } from './queries'

type Props = { document: Document }

/** Whether the AI can answer from a document, and if not, why. */
export function DocumentState({ document: d }: Props) {
  const { t } = useTranslation('knowledge')
  if (d.state === 'failed') {
    return (
      <span className="flex items-start gap-1.5 font-medium text-danger-text">
        <Icon as={CircleAlert} size={16} className="mt-0.5" />
        {d.failure || t('state.failed')}
      </span>
    )
  }
  const [icon, color, words] = beingRead(d)
    ? [CircleDashed, 'text-ink-3', t('state.reading')]
    : d.enabled
      ? [Check, 'text-good', t('state.ready')]
      : [CirclePause, 'text-ink-3', t('state.off')]
  return (
    <span className="flex items-center gap-1.5 text-ink-2">
      <Icon as={icon} size={16} className={color} />
      {words}
    </span>
  )
}
