import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { SettingsLayout } from '../features/settings/settings-layout'
import { settingsSections } from './settings-sections'

/** The settings with all their sections. */
export function Settings() {
  const { t } = useTranslation('settings')
  return (
    <SettingsLayout>
      {settingsSections.map(({ to, name }) => (
        <Link
          key={to}
          to={to}
          className="flex h-8 touch items-center rounded-control px-3 text-ink-2 hover:bg-hover aria-[current=page]:bg-selected aria-[current=page]:font-semibold aria-[current=page]:text-accent-text"
        >
          {t(`section.${name}`)}
        </Link>
      ))}
    </SettingsLayout>
  )
}
