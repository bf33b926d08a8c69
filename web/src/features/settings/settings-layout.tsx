import { Link, Outlet } from '@tanstack/react-router'
import type { LucideIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../ui/icon'

type Props = { sections: readonly { to: string; name: string; icon: LucideIcon }[] }

/** The settings: their sections, and the one that is open. */
export function SettingsLayout({ sections }: Props) {
  const { t } = useTranslation()
  return (
    <div className="flex min-h-0 grow max-md:flex-col">
      <nav
        aria-label={t('settings.name')}
        className="flex shrink-0 gap-1 border-line bg-canvas p-2 max-md:flex-wrap max-md:border-b md:w-52 md:flex-col md:border-e"
      >
        {sections.map(({ to, name, icon }) => (
          <Link
            key={to}
            to={to}
            className="flex h-9 shrink-0 items-center gap-2 rounded-control px-3 text-sm text-ink-2 focus-inside hover:bg-hover aria-[current=page]:bg-selected aria-[current=page]:font-semibold aria-[current=page]:text-accent-text max-sm:h-11"
          >
            <Icon as={icon} size={16} />
            {name}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  )
}
