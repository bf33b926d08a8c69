import { useTranslation } from 'react-i18next'
import { FirstSteps } from './first-steps'
import { useConversations } from './list-query'

/** The middle while no conversation is open: the first steps of a newcomer, or a hint for everybody else. */
export function NothingOpen() {
  const { t } = useTranslation('inbox')
  const all = useConversations({ view: 'all', q: '' })
  if (all.data?.length === 0) return <FirstSteps />
  return (
    <div className="m-auto p-6 text-center text-ink-3">
      <p>{t('nothingOpen.title')}</p>
      <p className="mt-1 text-xs max-lg:hidden">{t('nothingOpen.keys')}</p>
    </div>
  )
}
