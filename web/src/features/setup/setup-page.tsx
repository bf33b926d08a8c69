import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useProblemWords } from '../../api/use-problem-words'
import { Button, buttonLook } from '../../ui/button'
import { Doorway } from '../../ui/doorway'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { PasswordField } from '../../ui/password-field'
import { useSetUp } from './queries'

/** The first owner names the business and chooses a password. The one-time code stands behind the # of the address. */
export function SetupPage() {
  const { t } = useTranslation('setup')
  const [token] = useState(() => location.hash.slice(1))
  return (
    <Doorway name={t('name', { ns: 'common' })}>{token === '' ? <NoToken /> : <OwnerForm token={token} />}</Doorway>
  )
}

function NoToken() {
  const { t } = useTranslation('setup')
  return (
    <div className="grid justify-items-start gap-3">
      <h1 className="text-xl font-semibold">{t('noToken.title')}</h1>
      <p className="text-md text-ink-2">
        <Trans t={t} i18nKey="noToken.about" components={[<></>, <code key="1" className="font-mono text-sm" />]} />
      </p>
      <Link to="/sign-in" className={buttonLook({ size: 'large' })}>
        {t('noToken.signIn')}
      </Link>
    </div>
  )
}

type Props = { token: string }

function OwnerForm({ token }: Props) {
  const { t } = useTranslation('setup')
  const navigate = useNavigate()
  const words = useProblemWords()
  const setUp = useSetUp()
  const [owner, setOwner] = useState({ workspace: '', name: '', email: '', password: '' })
  const fields = setUp.isError ? asProblem(setUp.error).fields : {}
  const input = (name: keyof typeof owner) => ({
    name,
    label: t(name),
    hint: t(`${name}Hint`),
    problem: fields[name],
    required: true,
    value: owner[name],
    onChange: (event: { target: HTMLInputElement }) => setOwner({ ...owner, [name]: event.target.value }),
  })

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setUp.mutate({ token, ...owner }, { onSuccess: () => void navigate({ to: '/start' }) })
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      <div>
        <h1 className="text-xl font-semibold">{t('title')}</h1>
        <p className="mt-1 text-md text-ink-2">{t('about')}</p>
      </div>
      <Field {...input('workspace')} autoComplete="organization" />
      <Field {...input('name')} autoComplete="name" />
      <Field {...input('email')} type="email" autoComplete="username" />
      <PasswordField {...input('password')} autoComplete="new-password" minLength={12} />
      {setUp.isError && <ErrorBox title={t('failed')}>{words(setUp.error)}</ErrorBox>}
      <Button kind="primary" size="large" type="submit" disabled={setUp.isPending} className="mt-2">
        {setUp.isPending ? t('busy') : t('submit')}
      </Button>
    </form>
  )
}
