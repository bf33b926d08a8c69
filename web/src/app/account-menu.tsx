import { useNavigate } from '@tanstack/react-router'
import { Keyboard, ListChecks, LogOut, UserRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Session } from '../api/types'
import { useSignOut } from '../api/use-sign-out'
import { useTheme, type Theme } from '../lib/theme'
import { Avatar } from '../ui/avatar'
import { Icon } from '../ui/icon'
import { Menu, MenuChoice, MenuItem, MenuLine } from '../ui/menu'

type Props = { session: Session; onKeys: () => void }

/** The person at the bottom of the rail: who it is, theme, keys, the way out. */
export function AccountMenu({ session, onKeys }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [theme, setTheme] = useTheme()
  const signOut = useSignOut()
  const { name, email } = session.user
  const themes = (['system', 'light', 'dark'] as const).map((value) => ({ value, name: t(`theme.${value}`) }))
  return (
    <Menu
      side="right"
      align="end"
      trigger={
        <button type="button" aria-label={t('menu.open', { name })} className="rounded-full">
          <Avatar name={name} me />
        </button>
      }
    >
      <div className="px-2 py-1.5">
        <p className="truncate font-semibold">
          <bdi>{name}</bdi>
        </p>
        <p className="truncate text-xs text-ink-3">{email}</p>
      </div>
      <MenuLine />
      <MenuItem onSelect={() => void navigate({ to: '/account' })}>
        <Icon as={UserRound} size={16} />
        {t('menu.account')}
      </MenuItem>
      <MenuItem onSelect={() => void navigate({ to: '/start' })}>
        <Icon as={ListChecks} size={16} />
        {t('menu.start')}
      </MenuItem>
      <MenuItem onSelect={onKeys}>
        <Icon as={Keyboard} size={16} />
        {t('menu.keys')}
      </MenuItem>
      <MenuLine />
      <MenuChoice<Theme> name={t('theme.name')} value={theme} options={themes} onChange={setTheme} />
      <MenuLine />
      <MenuItem onSelect={() => void signOut()}>
        <Icon as={LogOut} size={16} className="flip" />
        {t('menu.signOut')}
      </MenuItem>
    </Menu>
  )
}
