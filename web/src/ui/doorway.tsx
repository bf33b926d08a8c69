import type { ReactNode } from 'react'
import { Logo } from './logo'

type Props = {
  /** Parley's name. */
  name: string
  children: ReactNode
  /** What stands on the right where there is room. */
  beside?: ReactNode
}

/** The pages before one is in: one form, and what waits behind it. */
export function Doorway({ name, children, beside }: Props) {
  return (
    <div className="flex h-full">
      <main className="flex min-w-0 basis-140 flex-col overflow-y-auto bg-surface px-6 py-8 max-lg:grow sm:px-10">
        <p className="flex items-center gap-2.5 text-lg font-semibold">
          <Logo />
          {name}
        </p>
        <div className="m-auto w-full max-w-90 py-8">{children}</div>
      </main>
      {beside && (
        <aside
          aria-hidden="true"
          className="grid grow place-items-center border-s border-line bg-canvas p-10 max-lg:hidden"
        >
          {beside}
        </aside>
      )}
    </div>
  )
}
