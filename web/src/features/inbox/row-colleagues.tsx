import { useTranslation } from 'react-i18next'
import { useColleagues, useHere } from '../../api/use-colleagues'
import { listed } from '../../lib/listed'
import { Avatar } from '../../ui/avatar'

const shown = 3

type Props = { conversationId: string }

/** The colleagues who have a conversation on their screen, small, in its row. */
export function RowColleagues({ conversationId }: Props) {
  const { typing, looking } = useHere(conversationId)
  return typing.length + looking.length > 0 && <Faces conversationId={conversationId} />
}

function Faces({ conversationId }: Props) {
  const { t, i18n } = useTranslation('inbox')
  const { typing, looking } = useColleagues(conversationId)
  const all = [...typing, ...looking]
  if (all.length === 0) return null
  const name = t('colleagues.row', { names: listed(all, i18n.language) })
  return (
    <span role="img" aria-label={name} title={name} className="inline-flex shrink-0 items-center gap-0.5">
      {all.slice(0, shown).map((one) => (
        <Avatar key={one} name={one} size="tiny" me />
      ))}
    </span>
  )
}
