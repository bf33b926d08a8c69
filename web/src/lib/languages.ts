/** A language the interface speaks. */
export type Language = {
  /** The language's own name for itself. */
  name: string
  dir: 'ltr' | 'rtl'
  /** Its words, by namespace; loaded when the language is chosen. */
  load: () => Promise<Record<string, object>>
}

/** Every language there is, by its BCP 47 tag. Adding one is adding a folder under src/locales and a line here. */
export const languages: Readonly<Record<string, Language>> = {
  en: { name: 'English', dir: 'ltr', load: async () => (await import('../locales/en/words')).words },
}

/** The language to fall back to: every word exists in it. */
export const fallback = 'en'

/** The first language a person prefers that we speak; `de-AT` is served by `de`. */
export function chooseLanguage(preferred: readonly string[]): string {
  for (const tag of preferred) {
    const short = tag.split('-')[0] ?? tag
    if (tag in languages) return tag
    if (short in languages) return short
  }
  return fallback
}
