import { useTranslation } from 'react-i18next'
import { useColleagues } from '../../api/use-colleagues'
import { listed } from '../../lib/listed'

type Props = {
  conversationId: string
  /** Whether there is something here that could be sent. */
  ready: boolean
}

/** Says, before one sends, that a colleague is writing in the same conversation. It keeps nobody from sending. */
export function WritingToo({ conversationId, ready }: Props) {
  const { t, i18n } = useTranslation('inbox')
  const { typing } = useColleagues(conversationId)
  return (
    <p role="status" className="text-xs text-warn-text">
      {ready && typing.length > 0 && (
        <span className="block bg-warn-soft px-3 py-1.5">
          {t('colleagues.writingToo', { count: typing.length, names: listed(typing, i18n.language) })}
        </span>
      )}
    </p>
  )
}
