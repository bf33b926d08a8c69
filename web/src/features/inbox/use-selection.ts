import { useCallback, useMemo, useRef, useState } from 'react'

/** Which rows of the list are selected. With shift, all from the last one to this one; what leaves the list is not. */
export function useSelection(ids: readonly string[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const last = useRef<string>(undefined)
  const selected = useMemo(() => ids.filter((id) => chosen.has(id)), [ids, chosen])

  const toggle = useCallback(
    (id: string, range: boolean) => {
      const [from, to] = [ids.indexOf(last.current ?? ''), ids.indexOf(id)]
      last.current = id
      setChosen((before) => {
        const after = new Set(before)
        if (range && from >= 0 && to >= 0) {
          for (const one of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) after.add(one)
        } else if (!after.delete(id)) after.add(id)
        return after
      })
    },
    [ids],
  )
  const clear = useCallback(() => setChosen(new Set()), [])
  return { selected, toggle, clear }
}
