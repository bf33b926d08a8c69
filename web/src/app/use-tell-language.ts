import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { api, ask } from '../api/client'
import type { Session } from '../api/types'
import { chooseLanguage } from '../lib/languages'

/** Tells the server in which language somebody reads, when it does not know: letters to them are written in it. */
export function useTellLanguage(session: Session): void {
  const { i18n } = useTranslation()
  const spoken = chooseLanguage([i18n.language])
  const { id, language } = session.user
  useEffect(() => {
    if (language === spoken) return
    // A letter in another language is no reason to disturb anybody: the next visit tries again.
    void ask(api.PUT('/api/me/language', { body: { language: spoken } })).catch(() => undefined)
  }, [id, language, spoken])
}
