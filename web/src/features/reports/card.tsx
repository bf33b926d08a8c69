import { useId, type ReactNode } from 'react'

type Props = { title: string; end?: ReactNode; className?: string; children: ReactNode }

/** One matter of a report. */
export function Card({ title, end, className = '', children }: Props) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className={`relative min-w-0 overflow-hidden rounded-card border border-line bg-surface ${className}`}
    >
      <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 border-b border-line px-4 py-2">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {end}
      </header>
      <div className="p-4">{children}</div>
    </section>
  )
}
