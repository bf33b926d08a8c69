import { useCallback, useSyncExternalStore } from 'react'

/** Whether a media query matches; follows it. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches)
}

/** One pane at a time: a phone. The width is the breakpoint md of ui/theme.css. */
export const narrow = '(width < 800px)'
