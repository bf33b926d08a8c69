import { Link } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useAuthOptions } from '../../api/use-auth-options'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { Doorway } from '../../ui/doorway'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { Skeleton } from '../../ui/skeleton'
import { Told } from '../../ui/told'
import { useForgot } from './queries'

/** For who forgot the password: a letter with a link, or, without mail, whom to ask. */
export function ForgotPage() {
  const { t } = useTranslation('signIn')
  const words = useProblemWords()
  const options = useAuthOptions()
  return (
    <Doorway name={t('name', { ns: 'common' })}>
      {options.isPending && <Skeleton className="h-40 w-full" />}
      {options.isError && (
        <ErrorBox
          title={t('forgot.failed')}
          action={{ name: t('tryAgain', { ns: 'common' }), run: () => void options.refetch() }}
        >
          {words(options.error)}
        </ErrorBox>
      )}
      {options.data?.mail && <ForgotForm />}
      {options.data && !options.data.mail && (
        <Told title={t('forgot.title')} about={t('forgot.noMail')} action={t('forgot.back')} to="/sign-in" />
      )}
    </Doorway>
  )
}

function ForgotForm() {
  const { t } = useTranslation('signIn')
  const words = useProblemWords()
  const forgot = useForgot()
  const [email, setEmail] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    forgot.mutate(email)
  }
  if (forgot.isSuccess) {
    return (
      <Told title={t('forgot.done')} about={t('forgot.doneAbout', { email })} action={t('forgot.back')} to="/sign-in" />
    )
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <div>
        <h1 className="text-xl font-semibold">{t('forgot.title')}</h1>
        <p className="mt-1 text-md text-ink-2">{t('forgot.about')}</p>
      </div>
      <Field
        label={t('email')}
        type="email"
        name="email"
        autoComplete="username"
        required
        problem={forgot.isError ? asProblem(forgot.error).fields.email : undefined}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      {forgot.isError && <ErrorBox title={t('forgot.failed')}>{words(forgot.error)}</ErrorBox>}
      <Button kind="primary" size="large" type="submit" disabled={forgot.isPending} className="mt-2">
        {forgot.isPending ? t('forgot.busy') : t('forgot.submit')}
      </Button>
      <Link to="/sign-in" className="justify-self-start text-sm text-accent-text hover:underline">
        {t('forgot.back')}
      </Link>
    </form>
  )
}
