import { useTranslation } from 'react-i18next'
import type { Session } from '../api/types'
import { useSwitchTenant } from '../api/use-switch-tenant'
import { initials } from '../lib/initials'
import { Menu, MenuChoice } from '../ui/menu'

const tile = 'mb-3 grid size-9 place-items-center rounded-card bg-ink font-semibold text-surface'

type Props = { session: Session }

/** The workspace one is in; who belongs to several changes it here. */
export function WorkspaceTile({ session }: Props) {
  const { t } = useTranslation()
  const { go } = useSwitchTenant()
  const { id, name } = session.tenant
  const letters = initials(name) || name.slice(0, 2)
  const label = t('workspace.name', { name })
  if (session.tenants.length < 2) {
    return (
      <div role="img" aria-label={label} title={name} className={tile}>
        {letters}
      </div>
    )
  }
  return (
    <Menu
      side="right"
      align="start"
      trigger={
        <button type="button" aria-label={label} title={name} className={tile}>
          {letters}
        </button>
      }
    >
      <MenuChoice
        name={t('workspace.switch')}
        value={id}
        options={session.tenants.map((one) => ({
          value: one.id,
          name: one.name,
          about: t(`workspace.role.${one.role}`),
        }))}
        onChange={go}
      />
    </Menu>
  )
}
