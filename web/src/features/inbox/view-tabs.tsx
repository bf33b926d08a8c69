import clsx from 'clsx'
import { ChevronDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../ui/icon'
import { Menu, MenuChoice } from '../../ui/menu'
import type { View } from './list-query'
import { useNeedMe } from './queries'
import { useInbox } from './use-inbox'

const first: readonly View[] = ['needs_me', 'unreplied', 'ai', 'all']
const more: readonly View[] = ['handed_off', 'mine', 'snoozed', 'closed']

const tab =
  'touch focus-inside relative flex h-9 items-center gap-1.5 rounded-chip font-medium whitespace-nowrap text-ink-2 after:absolute after:inset-x-0 after:-bottom-px after:h-0.5 after:rounded-full'
const chosen = 'font-semibold text-ink after:bg-accent'

/** The tabs of the inbox; the rarer ones behind "More". */
export function ViewTabs() {
  const { t } = useTranslation('inbox')
  const { view, change } = useInbox()
  const needMe = useNeedMe() ?? 0
  const choose = (next: View) => change({ view: next === 'all' ? undefined : next })
  const other = more.includes(view)
  return (
    <div className="flex shrink-0 gap-4 border-b border-line px-4" role="group" aria-label={t('view.name')}>
      {first.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={view === name}
          onClick={() => choose(name)}
          className={clsx(tab, view === name && chosen)}
        >
          {t(`view.${name}.name`)}
          {name === 'needs_me' && needMe > 0 && (
            <span className="text-2xs text-ink-3 tabular-nums">{needMe > 99 ? '99+' : needMe}</span>
          )}
        </button>
      ))}
      <Menu
        trigger={
          <button type="button" className={clsx(tab, 'ms-auto', other && chosen)}>
            {other ? t(`view.${view}.name`) : t('view.more')}
            <Icon as={ChevronDown} size={14} />
          </button>
        }
      >
        <MenuChoice<View>
          name={t('view.more')}
          value={view}
          options={more.map((value) => ({ value, name: t(`view.${value}.name`) }))}
          onChange={choose}
        />
      </Menu>
    </div>
  )
}
