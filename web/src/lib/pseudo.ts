type Words = { [key: string]: string | Words }

const plain = 'aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ'
const marked = 'áÁƀƁçÇđĐéÉƒƑĝĜĥĤîÎĵĴķĶļĻɱṀñÑöÖþÞɋɊŕŔšŠţŢûÛṽṼŵŴẋẊýÝžŽ'
const letters = new Map(Array.from(plain, (letter, i) => [letter, marked[i] ?? letter]))

// What a translation has to keep as it is: {{variables}} and <1>parts</1>.
const kept = /(\{\{.*?\}\}|<\/?\d+>)/

// Arabic has six forms of the plural; English gives them two.
const moreForms = ['zero', 'two', 'few', 'many']

/**
 * A language nobody speaks, made of English: its letters are marked, its words a third longer and in brackets, and it
 * is read from right to left. What is not in brackets was never given to be translated, what is cut off leaves no room
 * for German, and what is not mirrored would be wrong in Arabic.
 */
export function pseudo<T extends object>(words: T): T {
  return turned(words as Words) as T
}

function turned(words: Words): Words {
  const out: Words = {}
  for (const [key, value] of Object.entries(words)) {
    if (typeof value !== 'string') {
      out[key] = turned(value)
      continue
    }
    out[key] = `⟦${value.split(kept).map(turnedPart).join('')}⟧`
    const base = /^(.*)_other$/.exec(key)?.[1]
    for (const form of base === undefined ? [] : moreForms) {
      const more = `${base}_${form}`
      if (!(more in words)) out[more] = out[key]
    }
  }
  return out
}

// Every second part is one to keep; of the others the vowels are doubled, which is a third more.
function turnedPart(part: string, i: number): string {
  if (i % 2 === 1) return part
  return part.replace(/[a-z]/gi, (letter) => (letters.get(letter) ?? letter).repeat(/[aeiou]/i.test(letter) ? 2 : 1))
}
