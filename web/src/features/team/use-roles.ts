import { useTranslation } from 'react-i18next'
import type { Role } from '../../api/types'
import { useSession } from '../../api/use-session'

/** The roles one may give, with what they mean. Only an owner makes owners. */
export function useRoles(): { value: Role; name: string; about: string }[] {
  const { t } = useTranslation('team')
  const owner = useSession()?.tenant.role === 'owner'
  const roles: Role[] = owner ? ['owner', 'admin', 'agent', 'viewer'] : ['admin', 'agent', 'viewer']
  return roles.map((value) => ({
    value,
    name: t(`workspace.role.${value}`, { ns: 'common' }),
    about: t(`roles.${value}`),
  }))
}
