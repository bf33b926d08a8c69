import { Link } from '@tanstack/react-router'
import { Smartphone } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { buttonLook } from '../../ui/button'
import { Icon } from '../../ui/icon'

type Props = { reason: string }

/** There is no phone here: why, and where to go instead. */
export function PhoneOff({ reason }: Props) {
  const { t } = useTranslation('phone')
  return (
    <section className="m-auto grid max-w-100 justify-items-start gap-2 p-6">
      <Icon as={Smartphone} size={28} className="text-ink-3" />
      <h2 className="text-lg font-semibold">{t('off.title')}</h2>
      <p className="text-md text-ink-2">{reason || t('off.about')}</p>
      <Link to="/inbox" className={`mt-2 ${buttonLook({ size: 'large' })}`}>
        {t('off.inbox')}
      </Link>
    </section>
  )
}
