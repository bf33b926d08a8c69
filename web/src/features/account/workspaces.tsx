import { useTranslation } from 'react-i18next'
import { useSession } from '../../api/use-session'
import { useSwitchTenant } from '../../api/use-switch-tenant'
import { initials } from '../../lib/initials'
import { Button } from '../../ui/button'
import { Section } from '../../ui/section'
import { Tag } from '../../ui/tag'

/** The workspaces one belongs to, and the way into another. */
export function Workspaces() {
  const { t } = useTranslation('account')
  const session = useSession()
  const { go, busy } = useSwitchTenant()
  if (!session) return null
  return (
    <Section title={t('workspaces.title', { count: session.tenants.length })} about={t('workspaces.about')}>
      <ul className="rounded-card border border-line">
        {session.tenants.map(({ id, name, role }) => (
          <li key={id} className="flex min-h-14 items-center gap-3 px-3 not-first:border-t not-first:border-line">
            <span
              aria-hidden="true"
              className="grid size-8 shrink-0 place-items-center rounded-control bg-ink text-xs font-semibold text-surface"
            >
              {initials(name) || name.slice(0, 2)}
            </span>
            <div className="min-w-0 grow">
              <p className="truncate font-medium">
                <bdi>{name}</bdi>
              </p>
              <p className="text-xs text-ink-3">{t(`workspace.role.${role}`, { ns: 'common' })}</p>
            </div>
            {id === session.tenant.id ? (
              <Tag kind="people">{t('workspaces.here')}</Tag>
            ) : (
              <Button size="small" disabled={busy} aria-label={t('workspaces.goTo', { name })} onClick={() => go(id)}>
                {t('workspaces.go')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}
