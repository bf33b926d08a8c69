import { Direction } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { chooseLanguage, languages } from '../lib/languages'

/** Tells menus, tabs and dialogs which way the language is read: their arrow keys and sides follow it. */
export function Reading({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const dir = languages[chooseLanguage([i18n.language])]?.dir ?? 'ltr'
  return <Direction.Provider dir={dir}>{children}</Direction.Provider>
}
