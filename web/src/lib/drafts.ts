import { useCallback, useState, useSyncExternalStore } from 'react'

const place = 'parley.draft.'
const open = new Map<string, string>()
const listeners = new Set<() => void>()

/**
 * What was typed and not sent, by what it is for (a conversation's id, "phone"); kept on this device until it is sent
 * or discarded.
 */
export const drafts = {
  read(id: string): string {
    let text = open.get(id)
    if (text === undefined) open.set(id, (text = stored(id)))
    return text
  },

  write(id: string, text: string): void {
    open.set(id, text)
    store(id, text)
    for (const listener of listeners) listener()
  },

  /** Forgets all drafts; for who signs out on a shared device. */
  clear(): void {
    open.clear()
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(place)) localStorage.removeItem(key)
      }
    } catch {
      // No storage, nothing kept.
    }
    for (const listener of listeners) listener()
  },
}

/** The draft for something, and how to change it. */
export function useDraft(id: string): [string, (text: string) => void] {
  const text = useSyncExternalStore(subscribe, () => drafts.read(id))
  return [text, useCallback((next: string) => drafts.write(id, next), [id])]
}

/**
 * What stands in a form that changes what is stored, how to change it, and how to say that it was saved. What was typed is
 * kept like a draft, and is there again when the form comes back, unless something else is stored by then.
 */
export function useFormDraft<T>(id: string, stored: T): [T, (next: T) => void, () => void] {
  const draft = `form.${id}`
  const [value, setValue] = useState<T>(() => kept(draft, stored) ?? stored)
  const change = (typed: T) => {
    setValue(typed)
    drafts.write(draft, JSON.stringify({ stored, typed }))
  }
  return [value, change, () => drafts.write(draft, '')]
}

function kept<T>(draft: string, stored: T): T | undefined {
  try {
    const { stored: then, typed } = JSON.parse(drafts.read(draft)) as { stored: T; typed: T }
    return JSON.stringify(then) === JSON.stringify(stored) ? typed : undefined
  } catch {
    return undefined // nothing is kept
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function stored(id: string): string {
  try {
    return localStorage.getItem(place + id) ?? ''
  } catch {
    return ''
  }
}

function store(id: string, text: string): void {
  try {
    if (text) localStorage.setItem(place + id, text)
    else localStorage.removeItem(place + id)
  } catch {
    // No storage: the text stays in the box as long as the page is open.
  }
}
