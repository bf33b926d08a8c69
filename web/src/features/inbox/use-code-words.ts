import { useTranslation } from 'react-i18next'

/** What the server names by a code. */
type Coded = 'check' | 'event' | 'eventAlone' | 'fileFailure' | 'heldBackType' | 'kind' | 'outcome' | 'reason'

/**
 * Words for what the server names by a code ("asked_for_person"). A code of a newer server that has no words here yet
 * is shown as it is, without its underscores.
 */
export function useCodeWords(): (coded: Coded, code: string, values?: Record<string, string>) => string {
  const { t, i18n } = useTranslation('inbox')
  return (coded, code, values) => {
    const key = `${coded}.${code}`
    return i18n.exists(key, { ns: 'inbox' })
      ? (t as unknown as (key: string, values?: Record<string, string>) => string)(key, values)
      : code.replaceAll('_', ' ')
  }
}
