import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSignOut } from '../../api/use-sign-out'
import { Button } from '../../ui/button'
import { Section } from '../../ui/section'

/** The way out: here, or on every device at once. */
export function SignOut() {
  const { t } = useTranslation('account')
  const signOut = useSignOut()
  const [busy, setBusy] = useState(false)
  const leave = (where: 'here' | 'everywhere') => {
    setBusy(true)
    void signOut(where).then((out) => !out && setBusy(false))
  }
  return (
    <Section title={t('signOut.title')} about={t('signOut.about')}>
      <div className="flex flex-wrap gap-2">
        <Button size="large" disabled={busy} onClick={() => leave('here')}>
          {t('signOut.here')}
        </Button>
        <Button size="large" kind="danger" disabled={busy} onClick={() => leave('everywhere')}>
          {t('signOut.everywhere')}
        </Button>
      </div>
    </Section>
  )
}
