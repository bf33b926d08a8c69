/** A page of the settings. */
type SettingsSection = {
  to: '/settings/labels' | '/settings/canned-replies'
  name: 'labels' | 'canned'
}

/** The pages of the settings, in their order. */
export const settingsSections: readonly SettingsSection[] = [
  { to: '/settings/labels', name: 'labels' },
  { to: '/settings/canned-replies', name: 'canned' },
]
