/** Text as it is compared: without case and without accents. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLocaleLowerCase()
}

/** A text in pieces: which of them were typed. Letters that fold to more or fewer than one are never marked. */
export function marked(text: string, typed: string): { text: string; hit: boolean }[] {
  const words = folded(typed).split(/\s+/).filter(Boolean)
  const plain = folded(text)
  if (words.length === 0 || plain.length !== text.length) return [{ text, hit: false }]
  const hits = Array.from(text, () => false)
  for (const word of words) {
    for (let at = plain.indexOf(word); at >= 0; at = plain.indexOf(word, at + word.length)) {
      hits.fill(true, at, at + word.length)
    }
  }
  const pieces: { text: string; hit: boolean }[] = []
  for (let from = 0; from < text.length;) {
    const hit = hits[from] === true
    let to = from
    while (to < text.length && (hits[to] === true) === hit) to++
    pieces.push({ text: text.slice(from, to), hit })
    from = to
  }
  return pieces
}
