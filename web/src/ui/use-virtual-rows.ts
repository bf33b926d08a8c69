import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'

const margin = 12 // rows beyond each edge that are there already
const early = 30 // so many rows before its end the list asks for more

/** How far each list was scrolled, for who comes back to it. */
const left = new Map<string, number>()

/** Opens every list at its top again; for who goes to another workspace. */
export function forgetPlaces(): void {
  left.clear()
}

type Options = {
  /** The rows, by what names them; a row that moves keeps its key. */
  keys: readonly string[]
  /** How high a row is, most likely. */
  rowPx: number
  /** Which list this is: where it was left it is opened again. The component that calls has it for its key. */
  place: string
  /** Hears which row is the first in sight. */
  onSee?: (index: number) => void
  /** Reads more; left out at the end. */
  onMore?: (() => void) | undefined
}

/**
 * A list of which only the rows in sight are there, and a margin. Rows that come in above what is read move nothing; the
 * row with the focus stays there when it is scrolled away.
 */
export function useVirtualRows({ keys, rowPx, place, onSee, onMore }: Options) {
  const box = useRef<HTMLDivElement>(null)
  const [down, setDown] = useState((left.get(place) ?? 0) > 0)
  const [held, setHeld] = useState<string>()
  const wanted = useRef<string>(undefined)

  // eslint-disable-next-line react-hooks/incompatible-library -- what it gives is read here and handed on as values
  const rows = useVirtualizer({
    count: keys.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => keys[index] ?? index,
    overscan: margin,
    initialOffset: () => left.get(place) ?? 0,
    // At the top what is new is shown; further down the row that is read stays where it is.
    anchorTo: down ? 'end' : 'start',
    rangeExtractor: (range) => withRow(range, held === undefined ? -1 : keys.indexOf(held)),
  })
  const items = rows.getVirtualItems()
  const first = rows.range?.startIndex ?? 0
  const last = items.at(-1)?.index ?? 0

  const see = useEffectEvent((index: number) => onSee?.(index))
  useEffect(() => see(first), [first])
  const more = useEffectEvent(() => onMore?.())
  const short = onMore !== undefined && last >= keys.length - early
  useEffect(() => {
    if (short) more()
  }, [short, keys.length])

  // A row that was far away is there after the list has scrolled to it.
  useLayoutEffect(() => {
    const key = wanted.current
    if (key !== undefined && focusIn(box.current, keys.indexOf(key))) wanted.current = undefined
  })

  const goTo = useCallback(
    (index: number) => {
      const key = keys[index]
      if (key === undefined) return
      setHeld(key)
      wanted.current = focusIn(box.current, index) ? undefined : key
      rows.scrollToIndex(index)
    },
    [keys, rows],
  )

  return {
    box,
    items,
    total: rows.getTotalSize(),
    measure: rows.measureElement,
    /** Gives a row the focus, wherever it is. */
    goTo,
    /** The row that had the focus last. */
    held,
    /** Go on the box that scrolls. */
    handlers: {
      onScroll: () => {
        const top = box.current?.scrollTop ?? 0
        left.set(place, top)
        setDown(top > 0)
      },
      onFocus: (event: { target: Element }) => {
        const index = event.target.closest('[data-index]')?.getAttribute('data-index')
        if (index) setHeld(keys[Number(index)])
      },
    },
  }
}

function withRow(range: Range, index: number): number[] {
  const all = defaultRangeExtractor(range)
  if (index < 0 || all.includes(index)) return all
  return [...all, index].sort((a, b) => a - b)
}

function focusIn(box: HTMLElement | null, index: number): boolean {
  const link = box?.querySelector<HTMLElement>(`[data-index="${index}"] a`)
  link?.focus({ preventScroll: true })
  return link !== null && link !== undefined
}
