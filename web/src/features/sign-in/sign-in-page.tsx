import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import { useAuthOptions } from '../../api/use-auth-options'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { Doorway } from '../../ui/doorway'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { PasswordField } from '../../ui/password-field'
import { useSignIn } from './queries'
import { Scene } from './scene'

const route = getRouteApi('/sign-in')

/** Sign in, and come back to where one wanted to be. */
export function SignInPage() {
  const { t } = useTranslation('signIn')
  const { next } = route.useSearch()
  const router = useRouter()
  const words = useProblemWords()
  const signIn = useSignIn()
  const options = useAuthOptions()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    signIn.mutate({ email, password }, { onSuccess: () => router.history.push(next ?? '/') })
  }

  return (
    <Doorway name={t('name', { ns: 'common' })} beside={<Scene />}>
      <form onSubmit={submit} className="grid gap-4">
        <h1 className="text-xl font-semibold">{t('title')}</h1>
        <Field
          label={t('email')}
          type="email"
          name="email"
          autoComplete="username"
          required
          value={email}
          onChange={(e) => setEmail(e.target.value)}
        />
        <PasswordField
          label={t('password')}
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(e) => setPassword(e.target.value)}
        />
        {signIn.isError && <ErrorBox title={t('failed')}>{words(signIn.error)}</ErrorBox>}
        <Button kind="primary" size="large" type="submit" disabled={signIn.isPending} className="mt-2">
          {signIn.isPending ? t('busy') : t('submit')}
        </Button>
        <div className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-accent-text">
          <Link to="/forgot" className="hover:underline">
            {t('forgotten')}
          </Link>
          {options.data?.registration === 'open' && (
            <Link to="/register" className="hover:underline">
              {t('noAccount')}
            </Link>
          )}
        </div>
        <p className="text-xs leading-4.5 text-ink-3">
          <Trans t={t} i18nKey="firstStart" components={[<></>, <code key="1" className="font-mono" />]} />
        </p>
      </form>
    </Doorway>
  )
}
