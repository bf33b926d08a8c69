import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { Channel } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { PasswordField } from '../../ui/password-field'
import { RowsSkeleton } from '../../ui/rows'
import { useToast } from '../../ui/use-toast'
import { CheckList, Refused } from './check-list'
import { useDisconnect, useRename, useRenewToken, useWebhook, type useCheck } from './queries'
import { WebhookBox } from './webhook-box'

type Props = { channel: Channel; onClose: () => void }

/** Looks at a number again, and says line by line what was found. */
export function CheckDialog({ check, channel, onClose }: Props & { check: ReturnType<typeof useCheck> }) {
  const { t } = useTranslation('numbers')
  const words = useProblemWords()
  return (
    <Dialog title={t('check.title', { name: channel.name })} about={t('check.about')} open wide onClose={onClose}>
      <div className="grid gap-4">
        {check.isPending && <RowsSkeleton />}
        {check.isError && <ErrorBox title={t('check.failed')}>{words(check.error)}</ErrorBox>}
        {check.data && <CheckList checks={check.data.checks} />}
        <Button onClick={() => check.mutate(channel.id)} disabled={check.isPending} className="justify-self-end">
          {t('check.again')}
        </Button>
      </div>
    </Dialog>
  )
}

/** Shows once more what has to be pasted at Meta. */
export function WebhookDialog({ channel, onClose }: Props) {
  const { t } = useTranslation('numbers')
  const words = useProblemWords()
  const webhook = useWebhook(channel.id)
  return (
    <Dialog title={t('webhook.title')} open wide onClose={onClose}>
      {webhook.isPending && <RowsSkeleton />}
      {webhook.isError && <ErrorBox title={t('webhook.failed')}>{words(webhook.error)}</ErrorBox>}
      {webhook.data && <WebhookBox webhook={webhook.data} />}
    </Dialog>
  )
}

export function RenameDialog({ channel, onClose }: Props) {
  const { t } = useTranslation('numbers')
  const words = useProblemWords()
  const rename = useRename()
  const [name, setName] = useState(channel.name)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    rename.mutate({ id: channel.id, name }, { onSuccess: onClose })
  }
  const problem = rename.isError ? asProblem(rename.error).fields.name : undefined
  return (
    <Dialog title={t('rename.title')} about={t('rename.about')} open onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label={t('field.name')}
          problem={problem}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {rename.isError && !problem && <ErrorBox title={t('rename.failed')}>{words(rename.error)}</ErrorBox>}
        <Button kind="primary" type="submit" disabled={rename.isPending} className="justify-self-end">
          {t('rename.do')}
        </Button>
      </form>
    </Dialog>
  )
}

export function TokenDialog({ channel, onClose }: Props) {
  const { t } = useTranslation('numbers')
  const words = useProblemWords()
  const toast = useToast()
  const renew = useRenewToken()
  const [token, setToken] = useState('')
  const [appSecret, setSecret] = useState('')
  const fields = renew.isError ? asProblem(renew.error).fields : {}
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    renew.mutate(
      { id: channel.id, token, appSecret },
      {
        onSuccess: (found) => {
          if (!found.channel) return
          toast({ text: t('token.done', { name: channel.name }) })
          onClose()
        },
      },
    )
  }
  return (
    <Dialog title={t('token.title', { name: channel.name })} about={t('token.about')} open wide onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4" autoComplete="off">
        <PasswordField
          label={t('field.token')}
          problem={fields.token}
          required
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <PasswordField
          label={t('field.secret')}
          hint={t('token.secretHint')}
          problem={fields.appSecret}
          autoComplete="off"
          value={appSecret}
          onChange={(event) => setSecret(event.target.value)}
        />
        {renew.isError && <ErrorBox title={t('token.failed')}>{words(renew.error)}</ErrorBox>}
        <Refused title={t('token.refused')} found={renew.data} />
        <Button kind="primary" type="submit" disabled={renew.isPending} className="justify-self-end">
          {renew.isPending ? t('connect.busy') : t('token.do')}
        </Button>
      </form>
    </Dialog>
  )
}

/** Names what is lost, and wants the number's name before it lets go of it. */
export function DisconnectDialog({ channel, onClose }: Props) {
  const { t } = useTranslation('numbers')
  const words = useProblemWords()
  const toast = useToast()
  const disconnect = useDisconnect()
  const [name, setName] = useState('')
  const same = name.trim().toLowerCase() === channel.name.toLowerCase()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!same) return
    disconnect.mutate(
      { id: channel.id, name },
      {
        onSuccess: () => {
          toast({ text: t('disconnect.done', { name: channel.name }) })
          onClose()
        },
      },
    )
  }
  return (
    <Dialog title={t('disconnect.title', { name: channel.name })} about={t('disconnect.about')} open onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <ul className="grid list-disc gap-1 ps-5 text-sm">
          <li>{t('disconnect.arrive')}</li>
          <li>{t('disconnect.leave')}</li>
          <li>{t('disconnect.secrets')}</li>
        </ul>
        <p className="text-sm text-ink-2">{t('disconnect.stays')}</p>
        <Field
          label={t('disconnect.type', { name: channel.name })}
          value={name}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        {disconnect.isError && <ErrorBox title={t('disconnect.failed')}>{words(disconnect.error)}</ErrorBox>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('cancel', { ns: 'common' })}</Button>
          <Button kind="destroy" type="submit" disabled={!same || disconnect.isPending}>
            {t('disconnect.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
