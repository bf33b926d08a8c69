import { useEffect, useEffectEvent } from 'react'

/**
 * What keys do, by KeyboardEvent.key in lower case: "j", "?", two keys one after the other, "g i", or with Ctrl or Cmd,
 * "mod k". Returning false leaves the key to the browser.
 */
export type Keys = Readonly<Record<string, () => unknown>>

const together = 1_000 // ms in which a second key belongs to the first
const layers: ((name: string) => boolean)[] = []
let first: { key: string; at: number } | undefined

/**
 * Listens for keys while nobody is typing and no dialog or menu is open; those with Ctrl or Cmd are heard while typing,
 * too. What came on the screen last hears a key first. What nobody listens for is the browser's.
 */
export function useKeys(keys: Keys): void {
  const act = useEffectEvent((name: string) => {
    const run = keys[name]
    return run !== undefined && run() !== false
  })
  useEffect(() => {
    const layer = (name: string) => act(name)
    if (layers.length === 0) addEventListener('keydown', press)
    layers.push(layer)
    return () => {
      layers.splice(layers.indexOf(layer), 1)
      if (layers.length === 0) removeEventListener('keydown', press)
    }
  }, [])
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || covered()) return
  const mod = event.ctrlKey || event.metaKey
  if (!mod && typing(event.target)) return
  const key = event.key.toLowerCase()
  const name = mod ? `mod ${key}` : first && Date.now() - first.at < together ? `${first.key} ${key}` : key
  first = name === 'g' ? { key, at: Date.now() } : undefined
  if (layers.toReversed().some((layer) => layer(name))) event.preventDefault()
}

// Something lies over the page.
function covered(): boolean {
  return document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable=true]')
}
