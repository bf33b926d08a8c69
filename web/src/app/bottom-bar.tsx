import { Link, useLocation } from '@tanstack/react-router'
import clsx from 'clsx'
import { Ellipsis } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icon'
import { Menu, MenuLink } from '../ui/menu'
import { NavItem } from './nav-item'
import { accountPlace, phonePlaces, places } from './places'

const rest = [...places.filter((place) => !phonePlaces.includes(place)), accountPlace]

type Props = { needMe: number }

/** The places on a phone: four, and the rest behind "More". */
export function BottomBar({ needMe }: Props) {
  const { t } = useTranslation()
  const path = useLocation({ select: ({ pathname }) => pathname })
  const within = rest.some(({ to }) => path.startsWith(to))
  return (
    <nav
      aria-label={t('main')}
      className="flex shrink-0 border-t border-line bg-surface px-2 pb-[max(8px,env(safe-area-inset-bottom))] sm:hidden"
    >
      {phonePlaces.map((place) => (
        <NavItem
          key={place.to}
          place={place}
          count={place.name === 'inbox' ? needMe : 0}
          className="h-14 grow basis-0"
        />
      ))}
      <Menu
        side="top"
        trigger={
          <button
            type="button"
            aria-label={t('morePlaces')}
            className={clsx(
              'flex h-14 grow basis-0 flex-col items-center justify-center gap-1 rounded-card text-2xs leading-3.5 focus-inside hover:bg-hover',
              within ? 'font-semibold text-accent-text' : 'font-medium text-ink-2',
            )}
          >
            <Icon as={Ellipsis} />
            {t('more')}
          </button>
        }
      >
        {rest.map(({ to, name, icon }) => (
          <MenuLink key={to}>
            <Link to={to}>
              <Icon as={icon} size={16} className="text-ink-2" />
              {t(`place.${name}`)}
            </Link>
          </MenuLink>
        ))}
      </Menu>
    </nav>
  )
}
