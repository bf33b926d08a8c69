import type { ReactNode } from 'react'
import { PageHeader } from './page-header'

type Props = { title: string; children: ReactNode; action?: ReactNode }

/** A page of the settings: its title, what can be done, and a column of sections. */
export function SettingsPage({ title, children, action }: Props) {
  return (
    <main className="flex min-h-0 min-w-0 grow flex-col bg-surface">
      <PageHeader title={title}>{action}</PageHeader>
      <div className="min-h-0 grow overflow-y-auto">
        <div className="mx-auto grid w-full max-w-180 px-4 sm:px-6">{children}</div>
      </div>
    </main>
  )
}
