import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../lib/notices'

const most = 99 // counted out; the server counts little further

/** Shows in the tab's title how many conversations need the person, and calls when there are more of them. */
export function useNews(needMe: number | undefined): void {
  const { t } = useTranslation()
  const before = useRef<number | undefined>(undefined)
  useEffect(() => {
    document.title = needMe ? `(${needMe > most ? `${most}+` : needMe}) ${t('name')}` : t('name')
    // What was there when the page came up is no news.
    if (before.current !== undefined && needMe !== undefined && needMe > before.current) {
      call(t('place.needYou', { count: needMe }))
    }
    before.current = needMe
  }, [needMe, t])
  useEffect(() => () => void (document.title = t('name')), [t])
}
