// How long a browser may take to begin saving what lies under an address.
const savingMs = 60_000

/** Has the browser save bytes under a name. */
export function saveAs(bytes: Blob, name: string): void {
  const url = URL.createObjectURL(bytes)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), savingMs)
}
