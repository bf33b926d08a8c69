import { useEffect, useEffectEvent } from 'react'

/**
 * What keys do, by KeyboardEvent.key in lower case: "j", "?", or two keys one after the other, "g i". Returning false
 * leaves the key to the browser.
 */
export type Keys = Readonly<Record<string, () => unknown>>

const together = 1_000 // ms in which a second key belongs to the first
const layers: ((name: string) => boolean)[] = []
let first: { key: string; at: number } | undefined

/**
 * Listens for keys while nobody is typing and no dialog or menu is open. What came on the screen last hears a key
 * first. With Ctrl, Alt or Meta a key belongs to the browser.
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
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || busy(event.target)) return
  const key = event.key.toLowerCase()
  const name = first && Date.now() - first.at < together ? `${first.key} ${key}` : key
  first = name === 'g' ? { key, at: Date.now() } : undefined
  if (layers.toReversed().some((layer) => layer(name))) event.preventDefault()
}

function busy(target: EventTarget | null): boolean {
  if (document.querySelector('[role=dialog], [role=alertdialog], [role=menu]')) return true
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable=true]')
}
