import type { ReactNode } from 'react'
import { SettingsPage } from '../../ui/settings-page'

type Props = { title: string; about: string; action?: ReactNode; children: ReactNode }

/** A page of the settings that is one list, with what it is about above it. */
export function Frame({ title, about, action, children }: Props) {
  return (
    <SettingsPage title={title} action={action}>
      <section aria-label={title} className="grid gap-4 py-6">
        <p className="text-ink-2">{about}</p>
        {children}
      </section>
    </SettingsPage>
  )
}
