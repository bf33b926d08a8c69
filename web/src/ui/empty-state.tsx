import type { ReactNode } from 'react'

type Props = { title: string; children: ReactNode; action?: ReactNode }

/** Nothing here yet: what this is, and the first thing to do. */
export function EmptyState({ title, children, action }: Props) {
  return (
    <div className="grid justify-items-start gap-1 px-4 py-6">
      <p className="font-semibold">{title}</p>
      <p className="text-xs leading-4.5 text-ink-2">{children}</p>
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}
