import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { Doorway } from '../../ui/doorway'
import { ErrorBox } from '../../ui/error-box'
import { PasswordField } from '../../ui/password-field'
import { Told } from '../../ui/told'
import { useReset } from './queries'

/** A new password for whose link it is. The one-time code stands behind the # of the address. */
export function ResetPage() {
  const { t } = useTranslation('signIn')
  const [token] = useState(() => location.hash.slice(1))
  const reset = useReset()
  const told = reset.isSuccess ? 'done' : token === '' ? 'noToken' : undefined
  return (
    <Doorway name={t('name', { ns: 'common' })}>
      {told ? (
        <Told
          title={t(`reset.${told}.title`)}
          about={t(`reset.${told}.about`)}
          action={t(`reset.${told}.action`)}
          to={told === 'done' ? '/sign-in' : '/forgot'}
        />
      ) : (
        <ResetForm reset={reset} token={token} />
      )}
    </Doorway>
  )
}

type Props = { reset: ReturnType<typeof useReset>; token: string }

function ResetForm({ reset, token }: Props) {
  const { t } = useTranslation('signIn')
  const words = useProblemWords()
  const [password, setPassword] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    reset.mutate({ token, password })
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <div>
        <h1 className="text-xl font-semibold">{t('reset.title')}</h1>
        <p className="mt-1 text-md text-ink-2">{t('reset.about')}</p>
      </div>
      <PasswordField
        label={t('newPassword.new', { ns: 'common' })}
        hint={t('newPassword.hint', { ns: 'common' })}
        problem={reset.isError ? asProblem(reset.error).fields.password : undefined}
        autoComplete="new-password"
        minLength={12}
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {reset.isError && <ErrorBox title={t('new.failed')}>{words(reset.error)}</ErrorBox>}
      <Button kind="primary" size="large" type="submit" disabled={reset.isPending} className="mt-2">
        {reset.isPending ? t('new.busy') : t('reset.submit')}
      </Button>
    </form>
  )
}
