import { useSyncExternalStore } from 'react'

/** How this device calls the person when somebody needs them. */
export type Notices = { sound: boolean; browser: boolean }

const place = 'parley.notices'
const listeners = new Set<() => void>()
let kept = '' // as it is stored
let current: Notices = { sound: false, browser: false }

/** What was chosen on this device, and how to choose otherwise. */
export function useNotices(): [Notices, (change: Partial<Notices>) => void] {
  return [useSyncExternalStore(subscribe, chosen), choose]
}

/**
 * Lets the browser show notices, or no longer. False says that the browser was told not to let us, which only the
 * person can change, in the browser's settings of this page.
 */
export async function allowBrowserNotices(wanted: boolean): Promise<boolean> {
  const allowed = wanted && 'Notification' in window && (await Notification.requestPermission()) === 'granted'
  choose({ browser: allowed })
  return allowed || !wanted
}

/** Calls the person in the ways that were chosen; the browser's notice only while the page is out of sight. */
export function call(title: string): void {
  const { sound, browser } = chosen()
  if (sound) chime()
  if (!browser || !document.hidden || !('Notification' in window)) return
  if (Notification.permission !== 'granted') return
  const notice = new Notification(title, { tag: 'parley' }) // a newer one takes its place
  notice.onclick = () => {
    window.focus()
    notice.close()
  }
}

// Two soft notes, made here: a file would have to be loaded. A browser plays nothing before the first click.
function chime(): void {
  if (!('AudioContext' in window)) return
  const audio = new AudioContext()
  for (const [hertz, after] of [
    [660, 0],
    [880, 0.12],
  ] as const) {
    const tone = new OscillatorNode(audio, { frequency: hertz })
    const loudness = new GainNode(audio, { gain: 0 })
    const at = audio.currentTime + after
    loudness.gain.setValueAtTime(0.08, at)
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.25)
    tone.connect(loudness).connect(audio.destination)
    tone.start(at)
    tone.stop(at + 0.3)
  }
  setTimeout(() => void audio.close(), 1_000)
}

function choose(change: Partial<Notices>): void {
  current = { ...chosen(), ...change }
  kept = JSON.stringify(current)
  try {
    localStorage.setItem(place, kept)
  } catch {
    // No storage: the choice lasts until the page is closed.
  }
  for (const listener of listeners) listener()
}

// chosen is what is stored, which another tab may have changed.
function chosen(): Notices {
  try {
    const now = localStorage.getItem(place) ?? ''
    if (now !== kept) [kept, current] = [now, parse(now)]
  } catch {
    // No storage: what was chosen in this tab.
  }
  return current
}

function parse(text: string): Notices {
  try {
    const { sound, browser } = JSON.parse(text) as Partial<Record<keyof Notices, unknown>>
    return { sound: sound === true, browser: browser === true }
  } catch {
    return { sound: false, browser: false }
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}
