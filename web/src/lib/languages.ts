/** A language the interface speaks. */
export type Language = {
  /** The language's own name for itself. */
  name: string
  dir: 'ltr' | 'rtl'
  /** Whether people may choose it. */
  offered: boolean
  /** Its words, by namespace; loaded when the language is chosen. */
  load: () => Promise<Record<string, object>>
}

/** The language nobody speaks, see lib/pseudo.ts. */
export const pseudoTag = 'ar-XB'

/** Every language there is, by its BCP 47 tag. Adding one is adding a folder under src/locales and a line here. */
export const languages: Readonly<Record<string, Language>> = {
  en: { name: 'English', dir: 'ltr', offered: true, load: async () => (await import('../locales/en/words')).words },
  es: { name: 'Español', dir: 'ltr', offered: true, load: async () => (await import('../locales/es/words')).words },
  [pseudoTag]: {
    name: '⟦Þšéûđö⟧',
    dir: 'rtl',
    offered: import.meta.env.DEV,
    load: async () => {
      const [{ pseudo }, { words }] = await Promise.all([import('./pseudo'), import('../locales/en/words')])
      return pseudo(words)
    },
  },
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
