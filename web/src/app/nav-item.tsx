import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { CountBadge } from '../ui/count-badge'
import { Icon } from '../ui/icon'
import type { Place } from './places'

type Props = { place: Place; count?: number; className: string }

/** One place of the rail or the bottom bar. */
export function NavItem({ place, count = 0, className }: Props) {
  const { t } = useTranslation()
  return (
    <Link
      to={place.to}
      activeOptions={{ includeSearch: false }}
      className={`relative flex flex-col items-center justify-center gap-1 rounded-card text-2xs leading-3.5 font-medium text-ink-2 focus-inside transition-colors hover:bg-hover aria-[current=page]:font-semibold aria-[current=page]:text-accent-text ${className}`}
    >
      <span className="relative">
        <Icon as={place.icon} />
        <CountBadge count={count} name={t('place.needYou', { count })} className="absolute -end-3 -top-1.5" />
      </span>
      {t(`place.${place.name}`)}
    </Link>
  )
}
