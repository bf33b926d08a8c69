import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { FullContact } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { contactName } from '../../lib/contact-name'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { ProgressBar } from '../../ui/progress-bar'
import { useErase, useErasure } from './use-dossier'

type Props = { contact: FullContact; onClose: () => void; onErased: () => void }

/** Says what will be lost and asks for the name; then shows how far it has come. */
export function EraseDialog({ contact, onClose, onErased }: Props) {
  const { t } = useTranslation('contacts')
  const words = useProblemWords()
  const [typed, setTyped] = useState('')
  const erase = useErase(contact.id)
  const erasure = useErasure(erase.data?.id ?? '')
  const name = contactName(contact) || contact.id
  const begun = erase.data !== undefined

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (typed.trim() === name) erase.mutate(contact.name || contact.username || contact.phone || contact.id)
  }

  if (begun) {
    const all = erase.data.messages
    const gone = all - (erasure.data?.left ?? all)
    const done = erasure.data?.doneAt != null
    return (
      <Dialog title={done ? t('erase.done') : t('erase.busy')} open onClose={onErased}>
        <div className="grid gap-4" role="status">
          <p className="text-ink-2">{done ? t('erase.doneAbout') : t('erase.busyAbout')}</p>
          <ProgressBar name={t('erase.progress')} value={done ? 1 : gone} most={done ? 1 : Math.max(1, all)} />
          <p className="text-ink-3">{t('erase.count', { gone: done ? all : gone, count: all })}</p>
          <Button onClick={onErased} className="justify-self-end">
            {t('close', { ns: 'common' })}
          </Button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog title={t('erase.title', { name })} about={t('erase.about')} open onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <ul className="list-disc ps-5 text-ink-2">
          <li>{t('erase.loses.known')}</li>
          <li>{t('erase.loses.talks', { count: contact.conversations.length })}</li>
          <li>{t('erase.loses.files')}</li>
        </ul>
        <p className="rounded-card border border-warn-line bg-warn-soft p-3 text-warn-text">{t('erase.stays')}</p>
        <Field
          label={t('erase.type', { name })}
          problem={erase.isError ? asProblem(erase.error).fields.name : undefined}
          autoComplete="off"
          dir="auto"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {erase.isError && <ErrorBox title={t('erase.failed')}>{words(erase.error)}</ErrorBox>}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('cancel', { ns: 'common' })}</Button>
          <Button kind="destroy" type="submit" disabled={typed.trim() !== name || erase.isPending}>
            {t('erase.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
