import { useId, type ReactNode } from 'react'

type Props = { title: string; about?: ReactNode; children: ReactNode }

/** One matter of a page: its name, a sentence about it, and what belongs to it. */
export function Section({ title, about, children }: Props) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="grid gap-4 border-b border-line py-6 last:border-b-0">
      <div>
        <h2 id={id} className="text-md font-semibold">
          {title}
        </h2>
        {about && <p className="text-ink-2">{about}</p>}
      </div>
      {children}
    </section>
  )
}
