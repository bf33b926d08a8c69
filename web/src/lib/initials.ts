/** One or two letters that stand for a name, or "" when the name has none (a phone number). */
export function initials(name: string, locale?: string): string {
  const words = name.match(/\p{L}[\p{L}\p{M}]*/gu) ?? []
  const first = words[0]
  if (!first) return ''
  const last = words.length > 1 ? words[words.length - 1] : undefined
  return (letter(first) + (last ? letter(last) : '')).toLocaleUpperCase(locale)
}

// The first letter with the marks that belong to it, as people see it.
function letter(word: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(word)
  return first?.segment ?? ''
}
