import type { ReactNode } from 'react'
import { Skeleton } from './skeleton'

/** Things one below the other, in one frame. */
export function Rows({ name, children }: { name: string; children: ReactNode }) {
  return (
    <ul aria-label={name} className="rounded-card border border-line">
      {children}
    </ul>
  )
}

/** One of them. */
export function Row({ children }: { children: ReactNode }) {
  return (
    <li className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 not-first:border-t not-first:border-line">
      {children}
    </li>
  )
}

/** Where they will be in a moment. */
export function RowsSkeleton() {
  return (
    <div className="grid gap-5 rounded-card border border-line px-3 py-4">
      <Skeleton className="h-3 w-1/2" />
      <Skeleton className="h-3 w-2/3" />
      <Skeleton className="h-3 w-1/3" />
    </div>
  )
}
