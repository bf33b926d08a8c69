/** Names as one says them: "Ana, Ben and Cem". */
export function listed(names: readonly string[], language: string): string {
  return new Intl.ListFormat(language).format(names)
}
