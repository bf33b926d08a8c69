import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useChangePassword } from '../../api/use-change-password'
import { useProblemWords } from '../../api/use-problem-words'
import { useSignOut } from '../../api/use-sign-out'
import { Button } from '../../ui/button'
import { Doorway } from '../../ui/doorway'
import { ErrorBox } from '../../ui/error-box'
import { NewPasswordFields, noPassword } from '../../ui/new-password-fields'

const route = getRouteApi('/new-password')

/** Somebody who came with a password made for them chooses their own before anything else. */
export function NewPasswordPage() {
  const { t } = useTranslation('signIn')
  const { next } = route.useSearch()
  const router = useRouter()
  const words = useProblemWords()
  const signOut = useSignOut()
  const change = useChangePassword()
  const [typed, setTyped] = useState(noPassword)

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (typed.again !== typed.new) return
    change.mutate({ current: typed.current, new: typed.new }, { onSuccess: () => router.history.push(next ?? '/') })
  }
  const leave = () => void signOut().then((out) => (out ? router.navigate({ to: '/sign-in' }) : undefined))

  return (
    <Doorway name={t('name', { ns: 'common' })}>
      <form onSubmit={submit} className="grid gap-4">
        <div>
          <h1 className="text-xl font-semibold">{t('new.title')}</h1>
          <p className="mt-1 text-md text-ink-2">{t('new.about')}</p>
        </div>
        <NewPasswordFields
          value={typed}
          problems={change.isError ? asProblem(change.error).fields : {}}
          onChange={setTyped}
        />
        {change.isError && <ErrorBox title={t('new.failed')}>{words(change.error)}</ErrorBox>}
        <Button kind="primary" size="large" type="submit" disabled={change.isPending} className="mt-2">
          {change.isPending ? t('new.busy') : t('new.submit')}
        </Button>
        <Button kind="ghost" onClick={leave}>
          {t('new.signOut')}
        </Button>
      </form>
    </Doorway>
  )
}
