import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useToast } from '../ui/use-toast'
import { api, ask } from './client'
import { session } from './session'
import { useProblemWords } from './use-problem-words'

type Switch = { go: (tenantId: string) => void; busy: boolean }

/** Goes on in another workspace of the same person, and says so; every tab of this browser comes along. */
export function useSwitchTenant(): Switch {
  const { t } = useTranslation()
  const words = useProblemWords()
  const toast = useToast()
  const [busy, setBusy] = useState(false)
  const change = useCallback(
    async (tenantId: string) => {
      setBusy(true)
      try {
        const given = await ask(api.POST('/api/auth/switch', { body: { tenantId } }))
        session.accept(given)
        toast({ text: t('moved', { name: given.tenant.name }) })
      } catch (error) {
        toast({ text: t('switchFailed', { why: words(error) }), failed: true })
      }
      setBusy(false)
    },
    [t, words, toast],
  )
  return { go: (tenantId) => void change(tenantId), busy }
}
