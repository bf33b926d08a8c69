import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { Doorway } from '../../ui/doorway'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { PasswordField } from '../../ui/password-field'
import { useRegister } from './queries'
import { Scene } from './scene'

/** Makes an account and a workspace, where everybody may. */
export function RegisterPage() {
  const { t } = useTranslation('signIn')
  const navigate = useNavigate()
  const words = useProblemWords()
  const register = useRegister()
  const [typed, setTyped] = useState({ workspace: '', name: '', email: '', password: '' })
  const fields = register.isError ? asProblem(register.error).fields : {}
  const input = (name: keyof typeof typed) => ({
    name,
    problem: fields[name],
    required: true,
    value: typed[name],
    onChange: (event: { target: HTMLInputElement }) => setTyped({ ...typed, [name]: event.target.value }),
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    register.mutate(typed, { onSuccess: () => void navigate({ to: '/start' }) })
  }
  return (
    <Doorway name={t('name', { ns: 'common' })} beside={<Scene />}>
      <form onSubmit={submit} className="grid gap-4">
        <div>
          <h1 className="text-xl font-semibold">{t('register.title')}</h1>
          <p className="mt-1 text-md text-ink-2">{t('register.about')}</p>
        </div>
        <Field {...input('workspace')} label={t('register.workspace')} autoComplete="organization" />
        <Field {...input('name')} label={t('register.name')} autoComplete="name" />
        <Field {...input('email')} label={t('email')} type="email" autoComplete="username" />
        <PasswordField
          {...input('password')}
          label={t('password')}
          hint={t('newPassword.hint', { ns: 'common' })}
          autoComplete="new-password"
          minLength={12}
        />
        {register.isError && <ErrorBox title={t('register.failed')}>{words(register.error)}</ErrorBox>}
        <Button kind="primary" size="large" type="submit" disabled={register.isPending} className="mt-2">
          {register.isPending ? t('register.busy') : t('register.submit')}
        </Button>
        <Link to="/sign-in" className="justify-self-start text-sm text-accent-text hover:underline">
          {t('register.signIn')}
        </Link>
      </form>
    </Doorway>
  )
}
