import { expect, test } from 'vitest'
import { fallback, languages } from '../lib/languages'

type Words = { [key: string]: string | Words }

// What is the same in a language as it is in English: names, keys, units.
const same: Record<string, string[]> = {
  es: [
    'Ctrl',
    'Esc',
    'Marketing',
    'Meta {{code}}',
    'Parley',
    'STOP',
    'Sticker',
    'Tokens',
    'Video',
    'WhatsApp',
    '{{model}}, {{ms}} ms',
    '{{value}} ms',
  ],
}

const others = Object.keys(languages).filter((tag) => tag !== fallback)
const english = await load(fallback)

test.each(others)('%s has the keys of English, and the forms of the plural it needs', async (tag) => {
  const wanted = [...english.keys()].flatMap((key) => formsOf(key, tag))
  expect([...(await load(tag)).keys()].sort()).toEqual([...new Set(wanted)].sort())
})

test.each(others)('%s says in every word what English says', async (tag) => {
  for (const [key, value] of await load(tag)) {
    const counterpart = english.get(key) ?? english.get(key.replace(/_[a-z]+$/, '_other')) ?? ''
    expect(partsOf(value), key).toEqual(partsOf(counterpart))
    expect(value.trim(), key).not.toBe('')
  }
})

test.each(Object.keys(same))('%s is translated', async (tag) => {
  const left = [...(await load(tag))].filter(([key, value]) => value === english.get(key)).map(([, value]) => value)
  expect([...new Set(left)].sort()).toEqual([...(same[tag] ?? [])].sort())
})

test.each(Object.keys(languages))('%s writes counts as numbers are written', async (tag) => {
  expect([...(await load(tag)).values()].filter((value) => value.includes('{{count}}'))).toEqual([])
})

async function load(tag: string): Promise<Map<string, string>> {
  return new Map(flat((await languages[tag]?.load()) as Words, ''))
}

function flat(words: Words, under: string): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[under + key, value] as [string, string]] : flat(value, `${under}${key}.`),
  )
}

// A word that counts has one form for each plural of the language; English may add one for none at all.
function formsOf(key: string, tag: string): string[] {
  const [, base, form] = /^(.*)_(zero|one|two|few|many|other)$/.exec(key) ?? []
  if (base === undefined || form === undefined || !english.has(`${base}_other`)) return [key]
  const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories
  return [...forms, ...(form === 'zero' ? ['zero'] : [])].map((one) => `${base}_${one}`)
}

// The {{variables}} and <1>marks</1> of a word.
function partsOf(value: string): string[] {
  return (value.match(/\{\{.*?\}\}|<\/?\d+>/g) ?? []).sort()
}
