import { Search } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Session } from '../api/types'
import { Icon } from '../ui/icon'
import { IconButton } from '../ui/icon-button'
import { AccountMenu } from './account-menu'
import { LiveMark } from './live-mark'
import { NavItem } from './nav-item'
import { places } from './places'
import { WorkspaceTile } from './workspace-tile'

type Props = { session: Session; needMe: number; onKeys: () => void; onFind: () => void }

/** The left edge on everything wider than a phone: workspace, places, connection, person. */
export function Rail({ session, needMe, onKeys, onFind }: Props) {
  const { t } = useTranslation()
  return (
    <nav
      aria-label={t('main')}
      className="flex w-18 shrink-0 flex-col items-center gap-1 border-e border-line bg-canvas py-3 max-sm:hidden"
    >
      <WorkspaceTile session={session} />
      <IconButton name={t('find')} aria-keyshortcuts="Control+K Meta+K" onClick={onFind} className="mb-1">
        <Icon as={Search} />
      </IconButton>
      {places.map((place) => (
        <NavItem
          key={place.to}
          place={place}
          count={place.name === 'inbox' ? needMe : 0}
          className="h-13 w-16 aria-[current=page]:bg-selected"
        />
      ))}
      <div className="mt-auto flex flex-col items-center gap-3">
        <LiveMark />
        <AccountMenu session={session} onKeys={onKeys} />
      </div>
    </nav>
  )
}
