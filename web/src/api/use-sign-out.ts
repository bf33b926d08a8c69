import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { drafts } from '../lib/drafts'
import { useToast } from '../ui/use-toast'
import { api, ask } from './client'
import { session } from './session'
import { useProblemWords } from './use-problem-words'

/**
 * A function that signs out, here or on every device, and says whether it did. What was typed and not sent is
 * forgotten with it. When the server cannot be told, nobody is signed out, and a notice says so.
 */
export function useSignOut(): (where?: 'here' | 'everywhere') => Promise<boolean> {
  const { t } = useTranslation()
  const words = useProblemWords()
  const toast = useToast()
  return useCallback(
    async (where = 'here') => {
      try {
        await ask(where === 'here' ? api.POST('/api/auth/sign-out') : api.POST('/api/auth/sign-out-everywhere'))
      } catch (error) {
        toast({ text: t('signOutFailed', { why: words(error) }), failed: true })
        return false
      }
      drafts.clear()
      session.end()
      return true
    },
    [t, words, toast],
  )
}
