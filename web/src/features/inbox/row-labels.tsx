import { useTranslation } from 'react-i18next'
import type { LabelOn } from '../../api/types'
import { LabelDot } from '../../ui/label-dot'

const shown = 3

type Props = { labels: LabelOn[] }

/** The labels of a row: one by name, several as dots. */
export function RowLabels({ labels }: Props) {
  const { t } = useTranslation('inbox')
  const [only, second] = labels
  if (!only) return null
  const names = labels.map((label) => label.name).join(', ')
  return (
    <span
      role="img"
      aria-label={`${t('label.name')}: ${names}`}
      title={names}
      className="ms-auto inline-flex max-w-1/2 shrink-0 items-center gap-1 text-2xs text-ink-3"
    >
      {labels.slice(0, shown).map((label) => (
        <LabelDot key={label.id} colour={label.colour} />
      ))}
      {second ? labels.length > shown && `+${labels.length - shown}` : <bdi className="truncate">{only.name}</bdi>}
    </span>
  )
}
