import { Outlet } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../ui/page-header'

type Props = {
  /** The links to the sections. */
  children: ReactNode
}

/** The settings: the sections at the side, one of them beside it; on a phone above it. */
export function SettingsLayout({ children }: Props) {
  const { t } = useTranslation('settings')
  return (
    <main className="flex min-h-0 grow flex-col bg-surface">
      <PageHeader title={t('title')} />
      <div className="flex min-h-0 grow max-md:flex-col">
        <nav
          aria-label={t('sections')}
          className="flex w-52 shrink-0 flex-col gap-1 border-e border-line p-3 max-md:w-full max-md:flex-row max-md:overflow-x-auto max-md:border-e-0 max-md:border-b max-md:whitespace-nowrap"
        >
          {children}
        </nav>
        <div className="min-h-0 min-w-0 grow overflow-y-auto">
          <Outlet />
        </div>
      </div>
    </main>
  )
}
