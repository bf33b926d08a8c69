import { useTranslation } from 'react-i18next'
import { NavItem } from './nav-item'
import { accountPlace, places } from './places'

type Props = { needMe: number }

/** The places on a phone. */
export function BottomBar({ needMe }: Props) {
  const { t } = useTranslation()
  return (
    <nav
      aria-label={t('main')}
      className="flex shrink-0 border-t border-line bg-surface px-2 pb-[max(8px,env(safe-area-inset-bottom))] sm:hidden"
    >
      {[...places, accountPlace].map((place) => (
        <NavItem
          key={place.to}
          place={place}
          count={place.name === 'inbox' ? needMe : 0}
          className="h-14 grow basis-0"
        />
      ))}
    </nav>
  )
}
