import { useTranslation } from 'react-i18next'
import type { Invitation } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useSession } from '../../api/use-session'
import { useNow } from '../../lib/use-now'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { Row, Rows, RowsSkeleton } from '../../ui/rows'
import { Section } from '../../ui/section'
import { Tag } from '../../ui/tag'
import { useToast } from '../../ui/use-toast'
import { LinkDialog } from './link-dialog'
import { useInvitations, useInviteAgain, useRevoke } from './queries'

/** Who is asked to join and has not yet. */
export function Invitations() {
  const { t } = useTranslation('team')
  const words = useProblemWords()
  const invitations = useInvitations()
  const all = invitations.data
  return (
    <Section title={t('invitations.title')} about={t('invitations.about')}>
      {invitations.isPending && <RowsSkeleton />}
      {invitations.isError && <ErrorBox title={t('invitations.failed')}>{words(invitations.error)}</ErrorBox>}
      {all?.length === 0 && <EmptyState title={t('invitations.none')}>{t('invitations.noneAbout')}</EmptyState>}
      {all && all.length > 0 && (
        <Rows name={t('invitations.title')}>
          {all.map((one) => (
            <InvitationRow key={one.id} invitation={one} />
          ))}
        </Rows>
      )}
    </Section>
  )
}

function InvitationRow({ invitation: { id, email, role, expiresAt } }: { invitation: Invitation }) {
  const { t } = useTranslation('team')
  const words = useProblemWords()
  const toast = useToast()
  const again = useInviteAgain()
  const revoke = useRevoke()
  const late = Date.parse(expiresAt ?? '') < useNow()
  const owner = useSession()?.tenant.role === 'owner'
  const mine = role !== 'owner' || owner
  const failed = (error: unknown) => toast({ text: t('invitations.notDone', { why: words(error) }), failed: true })
  return (
    <Row>
      <p className="min-w-0 grow truncate">
        <bdi dir="ltr">{email}</bdi>
      </p>
      {late && <Tag kind="warn">{t('invitations.late')}</Tag>}
      <Tag>{t(`workspace.role.${role}`, { ns: 'common' })}</Tag>
      {mine && (
        <>
          <Button
            size="small"
            disabled={again.isPending}
            aria-label={t('invitations.againTo', { email })}
            onClick={() => again.mutate(id, { onError: failed })}
          >
            {t('invitations.again')}
          </Button>
          <Button
            size="small"
            kind="danger"
            disabled={revoke.isPending}
            aria-label={t('invitations.revokeOf', { email })}
            onClick={() =>
              revoke.mutate(id, {
                onSuccess: () => toast({ text: t('invitations.revoked', { email }) }),
                onError: failed,
              })
            }
          >
            {t('invitations.revoke')}
          </Button>
        </>
      )}
      {again.data && (
        <LinkDialog
          title={t('invite.done', { email })}
          about={again.data.mailed ? t('invite.mailed') : t('invite.notMailed')}
          link={again.data.link}
          onClose={() => again.reset()}
        />
      )}
    </Row>
  )
}
