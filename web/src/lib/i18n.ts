import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { words } from '../locales/en/words'
import { chooseLanguage, fallback, languages } from './languages'

declare module 'i18next' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface can be extended
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: typeof words
  }
}

const place = 'parley.language'

/**
 * Loads the words of the language chosen on this device, else of the one the browser prefers. Times and numbers are
 * written as they are where the person lives: English words with British times for en-GB.
 */
export async function startWords(preferred: readonly string[] = navigator.languages): Promise<void> {
  const tag = chooseLanguage([...chosen(), ...preferred])
  const local = localized(tag, preferred)
  await i18next.use(initReactI18next).init({
    lng: local,
    fallbackLng: fallback,
    defaultNS: 'common',
    resources: { [tag]: await load(tag) },
    interpolation: { escapeValue: false }, // React escapes
  })
  mark(local)
}

/** Goes on in another language; the choice stays on this device. */
export async function chooseWords(tag: string): Promise<void> {
  for (const [namespace, words] of Object.entries(await load(tag))) i18next.addResourceBundle(tag, namespace, words)
  const local = localized(tag, navigator.languages)
  await i18next.changeLanguage(local)
  mark(local)
  try {
    localStorage.setItem(place, tag)
  } catch {
    // No storage: the choice lasts until the page is closed.
  }
}

async function load(tag: string): Promise<Record<string, object>> {
  return (await languages[tag]?.load()) ?? {}
}

// mark tells the browser which language the page is in, and which way it is read.
function mark(local: string): void {
  document.documentElement.lang = local
  document.documentElement.dir = languages[chooseLanguage([local])]?.dir ?? 'ltr'
}

// localized is the language as it is spoken where the person lives, when the browser says where that is.
function localized(tag: string, preferred: readonly string[]): string {
  return preferred.find((one) => one === tag || one.startsWith(`${tag}-`)) ?? tag
}

function chosen(): string[] {
  try {
    return [localStorage.getItem(place) ?? ''].filter(Boolean)
  } catch {
    return []
  }
}
