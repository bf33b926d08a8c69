import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

const nearPx = 64 // so close to the end counts as being there

type Scroll = {
  /** Goes on the box that scrolls. */
  box: RefObject<HTMLDivElement | null>
  onScroll: () => void
  /** How many lines came below what is being read. */
  below: number
  toEnd: () => void
}

type Place = {
  /** The line to open the thread at; undefined is its end. */
  at: number | undefined
  /** Whether there is more below that was not read yet. */
  newer: boolean
}

/**
 * Keeps a thread where its reader is: at the end new lines are followed; further up they are only counted, and older
 * ones that come in above move nothing.
 */
export function useThreadScroll(
  firstKey: string | undefined,
  lastKey: string | undefined,
  count: number,
  { at, newer }: Place,
): Scroll {
  const box = useRef<HTMLDivElement>(null)
  const atEnd = useRef(at === undefined)
  const [there, setThere] = useState(false)
  const before = useRef({ firstKey, lastKey, count, height: 0 })
  const [below, setBelow] = useState(0)

  const toEnd = useCallback(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
    atEnd.current = true
    setBelow(0)
  }, [])

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const was = before.current
    const grown = element.scrollHeight - was.height
    before.current = { firstKey, lastKey, count, height: element.scrollHeight }
    if (atEnd.current) element.scrollTop = element.scrollHeight
    else if (was.firstKey !== firstKey) element.scrollTop += grown
    else if (was.lastKey !== lastKey) setBelow((n) => n + Math.max(0, count - was.count))
  }, [firstKey, lastKey, count])

  useLayoutEffect(() => {
    const line = at === undefined || there ? null : box.current?.querySelector('[data-found]')
    if (!line) return
    line.scrollIntoView({ block: 'center' })
    setThere(true)
  }, [at, there, count])

  // A composer that grows, or a panel that opens, must not hide the end.
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const onScroll = useCallback(() => {
    const element = box.current
    if (!element) return
    atEnd.current = !newer && element.scrollHeight - element.scrollTop - element.clientHeight < nearPx
    if (atEnd.current) setBelow(0)
  }, [newer])

  return { box, onScroll, below, toEnd }
}
