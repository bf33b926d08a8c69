import { useTranslation } from 'react-i18next'
import { useSession } from '../api/use-session'
import { SettingsLayout } from '../features/settings/settings-layout'
import { settingsSections } from './settings-sections'

/** The settings one may see. */
export function Settings() {
  const { t } = useTranslation()
  const may = useSession()?.permissions ?? []
  const sections = settingsSections
    .filter(({ permission }) => !permission || may.includes(permission))
    .map(({ to, name, icon }) => ({ to, icon, name: t(`settings.${name}`) }))
  return <SettingsLayout sections={sections} />
}
