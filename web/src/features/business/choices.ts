type Choice = { value: string; name: string }

const languages =
  'ar,bg,cs,da,de,el,en,es,et,fa,fi,fr,he,hi,hr,hu,id,it,ja,ko,lt,lv,ms,nl,no,pl,pt,pt-BR,ro,ru,sk,sl,sr,sv,sw,th,tr,uk,ur,vi,zh'

/** The time zones there are, with the one that is chosen. */
export function zoneNames(chosen: string): Choice[] {
  const all = new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')])
  return [...all].sort().map((value) => ({ value, name: value.replaceAll('_', ' ') }))
}

/** Languages by their names in the language of the reader, with the one that is chosen. */
export function languageNames(chosen: string, reader: string): Choice[] {
  const names = new Intl.DisplayNames([reader], { type: 'language' })
  const all = new Set([chosen, ...languages.split(',')])
  return [...all]
    .map((value) => ({ value, name: names.of(value) ?? value }))
    .sort((a, b) => a.name.localeCompare(b.name, reader))
}
