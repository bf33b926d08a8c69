import { useRef } from 'react'
import { useReached } from '../lib/use-reached'
import { Button } from './button'

type Props = {
  /** What more there is: "Earlier messages". */
  name: string
  busy: boolean
  onMore: () => void
}

/** The end of a page of a list: the next one comes as it is scrolled into sight, or is asked for. */
export function LoadMore({ name, busy, onMore }: Props) {
  const end = useRef<HTMLDivElement>(null)
  useReached(end, () => !busy && onMore())
  return (
    <div ref={end} className="grid place-items-center p-2">
      <Button kind="ghost" size="small" disabled={busy} onClick={onMore}>
        {name}
      </Button>
    </div>
  )
}
