import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { Connecting } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { PasswordField } from '../../ui/password-field'
import { CheckList, Refused } from './check-list'
import { useConnect } from './queries'
import { WebhookBox } from './webhook-box'

type Props = { onClose: () => void }

/** Connects a number: what to copy from Meta, what Meta says about it, and what to paste there. */
export function ConnectDialog({ onClose }: Props) {
  const { t } = useTranslation('numbers')
  const [done, setDone] = useState<Connecting>()
  if (done?.channel && done.webhook) {
    return (
      <Dialog
        title={t('connect.done', { name: done.channel.name })}
        about={t('connect.doneAbout')}
        open
        wide
        onClose={onClose}
      >
        <div className="grid gap-5">
          <CheckList checks={done.checks} />
          <WebhookBox webhook={done.webhook} />
          <Button kind="primary" onClick={onClose} className="justify-self-end">
            {t('connect.finish')}
          </Button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog title={t('connect.title')} about={t('connect.about')} open wide onClose={onClose}>
      <ConnectForm onDone={setDone} />
    </Dialog>
  )
}

function ConnectForm({ onDone }: { onDone: (done: Connecting) => void }) {
  const { t } = useTranslation('numbers')
  const words = useProblemWords()
  const connect = useConnect()
  // Ids are kept on this device while one looks for the next one at Meta; secrets are kept nowhere.
  const [name, setName] = useDraft('number.name')
  const [phoneNumberId, setPhone] = useDraft('number.phone')
  const [accountId, setAccount] = useDraft('number.account')
  const [token, setToken] = useState('')
  const [appSecret, setSecret] = useState('')
  const fields = connect.isError ? asProblem(connect.error).fields : {}
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    connect.mutate(
      { name, phoneNumberId, accountId, token, appSecret },
      {
        onSuccess: (found) => {
          if (!found.channel) return
          for (const empty of [setName, setPhone, setAccount]) empty('')
          onDone(found)
        },
      },
    )
  }
  return (
    <form onSubmit={submit} className="grid gap-4" autoComplete="off">
      <Field
        label={t('field.name')}
        hint={t('field.nameHint')}
        problem={fields.name}
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={t('field.phone')}
        hint={t('field.phoneHint')}
        problem={fields.phoneNumberId}
        required
        inputMode="numeric"
        value={phoneNumberId}
        onChange={(event) => setPhone(event.target.value)}
      />
      <Field
        label={t('field.account')}
        hint={t('field.accountHint')}
        problem={fields.accountId}
        required
        inputMode="numeric"
        value={accountId}
        onChange={(event) => setAccount(event.target.value)}
      />
      <PasswordField
        label={t('field.token')}
        hint={t('field.tokenHint')}
        problem={fields.token}
        required
        autoComplete="off"
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <PasswordField
        label={t('field.secret')}
        hint={t('field.secretHint')}
        problem={fields.appSecret}
        autoComplete="off"
        value={appSecret}
        onChange={(event) => setSecret(event.target.value)}
      />
      {connect.isError && <ErrorBox title={t('connect.failed')}>{words(connect.error)}</ErrorBox>}
      <Refused title={t('connect.refused')} found={connect.data} />
      <Button kind="primary" size="large" type="submit" disabled={connect.isPending} className="justify-self-end">
        {connect.isPending ? t('connect.busy') : t('connect.do')}
      </Button>
    </form>
  )
}
