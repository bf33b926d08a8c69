import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { Rows, RowsSkeleton } from '../../ui/rows'
import { Section } from '../../ui/section'
import { SettingsPage } from '../../ui/settings-page'
import { Invitations } from './invitations'
import { InviteDialog } from './invite-dialog'
import { MemberRow } from './member-row'
import { useMembers } from './queries'

/** Who works here, who is asked to, and as what. */
export function TeamPage() {
  const { t } = useTranslation('team')
  const words = useProblemWords()
  const may = useMay('members:write')
  const members = useMembers()
  const [inviting, setInviting] = useState(false)
  return (
    <SettingsPage
      title={t('title')}
      action={
        may && (
          <Button kind="primary" onClick={() => setInviting(true)}>
            <Icon as={UserPlus} size={16} />
            {t('invite.open')}
          </Button>
        )
      }
    >
      <Section title={t('members.title')} about={t('members.about')}>
        {members.isPending && <RowsSkeleton />}
        {members.isError && (
          <ErrorBox
            title={t('members.failed')}
            action={{ name: t('tryAgain', { ns: 'common' }), run: () => void members.refetch() }}
          >
            {words(members.error)}
          </ErrorBox>
        )}
        {members.data && (
          <Rows name={t('members.title')}>
            {members.data.map((member) => (
              <MemberRow key={member.id} member={member} />
            ))}
          </Rows>
        )}
      </Section>
      {may && <Invitations />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </SettingsPage>
  )
}
