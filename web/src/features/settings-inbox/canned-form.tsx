import { useId, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { CannedReply } from '../../api/types'
import { useChangeCanned } from '../../api/use-canned'
import { useProblemWords } from '../../api/use-problem-words'
import { useDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'

const variables = ['contact.name', 'agent.name', 'business.name'].map((name) => `{{${name}}}`).join(' ')

type Props = {
  /** What is changed; undefined writes a new one. */
  reply: CannedReply | undefined
  onDone: () => void
}

/** Writes a canned reply. What is typed is kept until it is stored. */
export function CannedForm({ reply, onDone }: Props) {
  const { t } = useTranslation('settings')
  const words = useProblemWords()
  const change = useChangeCanned()
  const id = useId()
  const draft = `canned.${reply?.id ?? 'new'}`
  const [shortcut, setShortcut] = useKept(`${draft}.shortcut`, reply?.shortcut)
  const [title, setTitle] = useKept(`${draft}.title`, reply?.title)
  const [text, setText] = useKept(`${draft}.text`, reply?.text)
  const fields = change.isError ? asProblem(change.error).fields : {}
  const complete = [shortcut, title, text].every((part) => part.trim() !== '')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!complete || change.isPending) return
    const all = { shortcut: shortcut.trim(), title: title.trim(), text: text.trim() }
    change.mutate(reply ? { change: reply.id, text: all } : { add: all }, {
      onSuccess: () => {
        for (const forget of [setShortcut, setTitle, setText]) forget('')
        onDone()
      },
    })
  }
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field
        label={t('canned.shortcut')}
        hint={t('canned.shortcutHint')}
        maxLength={33}
        value={shortcut}
        onChange={(event) => setShortcut(event.target.value)}
        problem={fields.shortcut}
      />
      <Field
        label={t('canned.name')}
        dir="auto"
        maxLength={80}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        problem={fields.title}
      />
      <div className="grid gap-1">
        <label htmlFor={id} className="text-xs font-medium text-ink-2">
          {t('canned.text')}
        </label>
        <textarea
          id={id}
          rows={6}
          dir="auto"
          maxLength={4096}
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-invalid={fields.text ? true : undefined}
          aria-describedby={`${id}-said`}
          className="rounded-control border border-line-strong bg-surface px-3 py-2 text-md max-sm:text-lg"
        />
        <p id={`${id}-said`} className={fields.text ? 'text-xs text-danger-text' : 'text-xs text-ink-3'}>
          {fields.text ?? t('canned.textHint', { list: variables })}
        </p>
      </div>
      {change.isError && Object.keys(fields).length === 0 && <ErrorBox title={words(change.error)} />}
      <Button kind="primary" type="submit" disabled={!complete} className="justify-self-end">
        {t('save', { ns: 'common' })}
      </Button>
    </form>
  )
}

// useKept is a draft that begins with what is stored.
function useKept(id: string, stored = ''): [string, (text: string) => void] {
  const [draft, setDraft] = useDraft(id)
  return [draft || stored, setDraft]
}
