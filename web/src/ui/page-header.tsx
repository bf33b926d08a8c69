import type { ReactNode } from 'react'

type Props = { title: string; about?: ReactNode; children?: ReactNode }

/** The top of a page: its title, a line about it, and what can be done. */
export function PageHeader({ title, about, children }: Props) {
  return (
    <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-surface px-4 py-2 sm:px-6">
      <h1 className="text-lg font-semibold">{title}</h1>
      {about && <p className="min-w-0 text-ink-2 max-md:hidden">{about}</p>}
      <div className="ms-auto flex items-center gap-2">{children}</div>
    </header>
  )
}
