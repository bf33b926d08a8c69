import { useEffect, useEffectEvent, type RefObject } from 'react'

/** Calls `reached` when an element comes close to being seen: the end of a list that loads more as one scrolls. */
export function useReached(element: RefObject<Element | null>, reached: () => void): void {
  const tell = useEffectEvent(reached)
  useEffect(() => {
    const target = element.current
    if (!target) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && tell(), { rootMargin: '400px' })
    observer.observe(target)
    return () => observer.disconnect()
  }, [element])
}
