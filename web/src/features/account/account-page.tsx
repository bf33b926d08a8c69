import { useTranslation } from 'react-i18next'
import type { Session } from '../../api/types'
import { useSession } from '../../api/use-session'
import { Avatar } from '../../ui/avatar'
import { PageHeader } from '../../ui/page-header'
import { Section } from '../../ui/section'
import { Appearance } from './appearance'
import { Notices } from './notices'
import { PasswordForm } from './password-form'
import { SignOut } from './sign-out'
import { Workspaces } from './workspaces'

/** The signed-in person: who, where, how it looks, the password, the way out. */
export function AccountPage() {
  const { t } = useTranslation('account')
  const session = useSession()
  return (
    <main className="flex min-h-0 grow flex-col bg-surface">
      <PageHeader title={t('title')} />
      <div className="min-h-0 grow overflow-y-auto">
        <div className="mx-auto grid w-full max-w-160 px-4 sm:px-6">
          {session && <You session={session} />}
          <Workspaces />
          <Appearance />
          <Notices />
          <PasswordForm />
          <SignOut />
        </div>
      </div>
    </main>
  )
}

function You({ session: { user } }: { session: Session }) {
  const { t } = useTranslation('account')
  return (
    <Section title={t('you.title')} about={t('you.about')}>
      <div className="flex items-center gap-3">
        <Avatar name={user.name} size="row" me />
        <div className="min-w-0">
          <p className="truncate text-md font-semibold">
            <bdi>{user.name}</bdi>
          </p>
          <p className="truncate text-ink-2">
            <bdi dir="ltr">{user.email}</bdi>
          </p>
        </div>
      </div>
    </Section>
  )
}
