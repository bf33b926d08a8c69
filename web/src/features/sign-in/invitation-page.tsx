import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useProblemWords } from '../../api/use-problem-words'
import { useSession } from '../../api/use-session'
import { useSignOut } from '../../api/use-sign-out'
import { Button, buttonLook } from '../../ui/button'
import { Doorway } from '../../ui/doorway'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { PasswordField } from '../../ui/password-field'
import { Skeleton } from '../../ui/skeleton'
import { Told } from '../../ui/told'
import { forgetInvitation, invitationToken } from './invitation-token'
import { useAccept, useJoin, useOffer } from './queries'

/** Joins a workspace one was invited to: with a new account, or with the one the address has already. */
export function InvitationPage() {
  const { t } = useTranslation('signIn')
  const words = useProblemWords()
  const [token] = useState(invitationToken)
  const offer = useOffer(token)
  const dead = token === '' ? t('invited.noToken') : offer.isError ? words(offer.error) : ''
  return (
    <Doorway name={t('name', { ns: 'common' })}>
      {dead && <Told title={t('invited.dead')} about={dead} action={t('forgot.back')} to="/sign-in" />}
      {!dead && offer.isPending && <Skeleton className="h-60 w-full" />}
      {offer.data && (
        <div className="grid gap-4">
          <div>
            <h1 className="text-xl font-semibold">{t('invited.title', { workspace: offer.data.workspace })}</h1>
            <p className="mt-1 text-md text-ink-2">
              {t('invited.about', {
                name: offer.data.invitedBy || t('invited.somebody'),
                role: t(`workspace.role.${offer.data.role}`, { ns: 'common' }),
              })}
            </p>
          </div>
          {offer.data.known ? (
            <Existing token={token} email={offer.data.email} />
          ) : (
            <Newcomer token={token} email={offer.data.email} />
          )}
        </div>
      )}
    </Doorway>
  )
}

type Props = { token: string; email: string }

function Existing({ token, email }: Props) {
  const { t } = useTranslation('signIn')
  const words = useProblemWords()
  const navigate = useNavigate()
  const session = useSession()
  const signOut = useSignOut()
  const join = useJoin()
  if (!session) {
    return (
      <>
        <p className="text-md">{t('invited.signInFirst', { email })}</p>
        <Link to="/sign-in" search={{ next: '/invitation' }} className={buttonLook({ kind: 'primary', size: 'large' })}>
          {t('submit')}
        </Link>
      </>
    )
  }
  if (session.user.email !== email) {
    return (
      <>
        <p className="text-md">{t('invited.otherAddress', { email, mine: session.user.email })}</p>
        <Button size="large" onClick={() => void signOut()}>
          {t('new.signOut')}
        </Button>
      </>
    )
  }
  const go = () =>
    join.mutate(token, {
      onSuccess: () => {
        forgetInvitation()
        void navigate({ to: '/inbox' })
      },
    })
  return (
    <>
      {join.isError && <ErrorBox title={t('invited.failed')}>{words(join.error)}</ErrorBox>}
      <Button kind="primary" size="large" disabled={join.isPending} onClick={go}>
        {join.isPending ? t('invited.busy') : t('invited.join')}
      </Button>
    </>
  )
}

function Newcomer({ token, email }: Props) {
  const { t } = useTranslation('signIn')
  const words = useProblemWords()
  const navigate = useNavigate()
  const accept = useAccept()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const fields = accept.isError ? asProblem(accept.error).fields : {}
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    accept.mutate(
      { token, name, password },
      {
        onSuccess: () => {
          forgetInvitation()
          void navigate({ to: '/inbox' })
        },
      },
    )
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label={t('email')} type="email" autoComplete="username" value={email} readOnly />
      <Field
        label={t('register.name')}
        autoComplete="name"
        required
        problem={fields.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <PasswordField
        label={t('password')}
        hint={t('newPassword.hint', { ns: 'common' })}
        problem={fields.password}
        autoComplete="new-password"
        minLength={12}
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {accept.isError && <ErrorBox title={t('invited.failed')}>{words(accept.error)}</ErrorBox>}
      <Button kind="primary" size="large" type="submit" disabled={accept.isPending} className="mt-2">
        {accept.isPending ? t('invited.busy') : t('invited.join')}
      </Button>
    </form>
  )
}
