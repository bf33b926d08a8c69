import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import { useColleagues } from '../../api/use-colleagues'
import { listed } from '../../lib/listed'

type Props = { conversationId: string }

/** Which colleagues write in this conversation; or, when none does, which look at it. */
export function WhoIsHere({ conversationId }: Props) {
  const { t, i18n } = useTranslation('inbox')
  const { typing, looking } = useColleagues(conversationId)
  const names = typing.length > 0 ? typing : looking
  return (
    <span role="status" className={clsx('min-w-0 truncate', typing.length > 0 && 'font-medium text-accent-text')}>
      {names.length > 0 &&
        t(typing.length > 0 ? 'colleagues.typing' : 'colleagues.looking', {
          count: names.length,
          names: listed(names, i18n.language),
        })}
    </span>
  )
}
