const longest = 60

/** What to call a text nobody named: its first line, cut at a word. */
export function titleOf(text: string): string {
  const line = (text.trim().split('\n')[0] ?? '').replace(/^#+\s*/, '').trim()
  if (line.length <= longest) return line
  const cut = line.slice(0, longest)
  const word = cut.lastIndexOf(' ')
  return `${word > longest / 2 ? cut.slice(0, word) : cut}…`
}
