import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { Role } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { SelectField } from '../../ui/select-field'
import { LinkDialog } from './link-dialog'
import { useInvite } from './queries'
import { useRoles } from './use-roles'

type Props = { onClose: () => void }

/** Asks somebody to join; the link is shown once, and mailed where there is mail. */
export function InviteDialog({ onClose }: Props) {
  const { t } = useTranslation('team')
  const words = useProblemWords()
  const invite = useInvite()
  const roles = useRoles()
  const [email, setEmail] = useDraft('invite.email')
  const [role, setRole] = useState<Role>('agent')
  const made = invite.data

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    invite.mutate({ email, role }, { onSuccess: () => setEmail('') })
  }

  if (made) {
    return (
      <LinkDialog
        title={t('invite.done', { email: made.invitation.email })}
        about={made.mailed ? t('invite.mailed') : t('invite.notMailed')}
        link={made.link}
        onClose={onClose}
      />
    )
  }
  return (
    <Dialog title={t('invite.title')} about={t('invite.about')} open onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label={t('email')}
          type="email"
          required
          autoComplete="off"
          value={email}
          problem={invite.isError ? asProblem(invite.error).fields.email : undefined}
          onChange={(event) => setEmail(event.target.value)}
        />
        <SelectField label={t('role')} value={role} options={roles} onChange={setRole} hint={t(`roles.${role}`)} />
        {invite.isError && <ErrorBox title={t('invite.failed')}>{words(invite.error)}</ErrorBox>}
        <Button kind="primary" size="large" type="submit" disabled={invite.isPending} className="justify-self-end">
          {invite.isPending ? t('invite.busy') : t('invite.do')}
        </Button>
      </form>
    </Dialog>
  )
}
