import type { ReactNode } from 'react'

type Props = { title: string; about: string; action?: ReactNode; children: ReactNode }

/** One page of the settings. */
export function Frame({ title, about, action, children }: Props) {
  return (
    <section aria-label={title} className="mx-auto grid w-full max-w-160 gap-4 px-4 py-6 sm:px-6">
      <header className="flex items-start gap-3">
        <div className="min-w-0 grow">
          <h2 className="text-md font-semibold">{title}</h2>
          <p className="text-ink-2">{about}</p>
        </div>
        {action}
      </header>
      {children}
    </section>
  )
}
