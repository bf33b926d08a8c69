import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { allowBrowserNotices, useNotices } from '../../lib/notices'
import { Section } from '../../ui/section'

/** How this device calls when a conversation needs the person. */
export function Notices() {
  const { t } = useTranslation('account')
  const [{ sound, browser }, choose] = useNotices()
  const [refused, setRefused] = useState(false)
  return (
    <Section title={t('notices.title')} about={t('notices.about')}>
      <Choice name={t('notices.sound')} checked={sound} onChange={(on) => choose({ sound: on })} />
      <Choice
        name={t('notices.browser')}
        checked={browser}
        onChange={(on) => void allowBrowserNotices(on).then((allowed) => setRefused(!allowed))}
      />
      {refused && (
        <p role="alert" className="text-sm text-danger-text">
          {t('notices.refused')}
        </p>
      )}
    </Section>
  )
}

type Props = { name: string; checked: boolean; onChange: (checked: boolean) => void }

function Choice({ name, checked, onChange }: Props) {
  return (
    <label className="flex touch min-h-8 items-center gap-3">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-accent"
      />
      {name}
    </label>
  )
}
