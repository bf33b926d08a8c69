import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useChangePassword } from '../../api/use-change-password'
import { useProblemWords } from '../../api/use-problem-words'
import { useSession } from '../../api/use-session'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { NewPasswordFields, noPassword } from '../../ui/new-password-fields'
import { Section } from '../../ui/section'
import { useToast } from '../../ui/use-toast'

/** Changes one's password. */
export function PasswordForm() {
  const { t } = useTranslation('account')
  const words = useProblemWords()
  const toast = useToast()
  const email = useSession()?.user.email ?? ''
  const change = useChangePassword()
  const [typed, setTyped] = useState(noPassword)

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (typed.again !== typed.new) return
    change.mutate(
      { current: typed.current, new: typed.new },
      {
        onSuccess: () => {
          setTyped(noPassword)
          toast({ text: t('password.done') })
        },
      },
    )
  }

  return (
    <Section title={t('password.title')} about={t('password.about')}>
      <form onSubmit={submit} className="grid max-w-90 gap-4">
        {/* Password managers want to know whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <NewPasswordFields
          value={typed}
          problems={change.isError ? asProblem(change.error).fields : {}}
          onChange={setTyped}
        />
        {change.isError && <ErrorBox title={t('password.failed')}>{words(change.error)}</ErrorBox>}
        <Button type="submit" size="large" disabled={change.isPending} className="justify-self-start">
          {change.isPending ? t('password.busy') : t('password.do')}
        </Button>
      </form>
    </Section>
  )
}
