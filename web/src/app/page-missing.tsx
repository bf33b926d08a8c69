import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { buttonLook } from '../ui/button'

/** There is nothing under this address. */
export function PageMissing() {
  const { t } = useTranslation()
  return (
    <main className="grid h-full place-items-center bg-surface p-6">
      <div className="grid max-w-90 justify-items-start gap-3">
        <h1 className="text-xl font-semibold">{t('missing.title')}</h1>
        <p className="text-md text-ink-2">{t('missing.about')}</p>
        <Link to="/inbox" className={buttonLook({ kind: 'primary', size: 'large' })}>
          {t('missing.home')}
        </Link>
      </div>
    </main>
  )
}
