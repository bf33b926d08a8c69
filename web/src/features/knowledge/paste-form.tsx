import { useId, useState, type KeyboardEvent, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useProblemWords } from '../../api/use-problem-words'
import { useDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { useToast } from '../../ui/use-toast'
import { useAddDocument } from './queries'
import { titleOf } from './title-of'

type Props = {
  /** Called when the AI has it. */
  onAdded?: () => void
  /** Steps back without telling anything; what was typed is kept. */
  onCancel?: () => void
  /** Whether a sample is offered, for who only wants to look. */
  sample?: boolean
}

/** Tells the AI something: a text, and what to call it. What is typed is kept until it is told. */
export function PasteForm({ onAdded, onCancel, sample = false }: Props) {
  const { t } = useTranslation('knowledge')
  const words = useProblemWords()
  const toast = useToast()
  const add = useAddDocument()
  const [title, setTitle] = useDraft('document.title')
  const [text, setText] = useDraft('document.text')
  const [missing, setMissing] = useState(false)
  const id = useId()
  const fields = add.isError ? asProblem(add.error).fields : {}
  const problem = missing && text.trim() === '' ? t('paste.noText') : fields.text

  const tell = () => {
    if (add.isPending) return
    if (text.trim() === '') {
      setMissing(true)
      return
    }
    add.mutate(
      { title: title.trim() || titleOf(text), text },
      {
        onSuccess: (added) => {
          setTitle('')
          setText('')
          toast({ text: t('paste.done', { title: added.title }) })
          onAdded?.()
        },
      },
    )
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    tell()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) tell()
  }
  const fillIn = () => {
    setTitle(t('sample.title'))
    setText(t('sample.text'))
  }

  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <div className="grid gap-1">
        <label htmlFor={id} className="text-xs font-medium text-ink-2">
          {t('paste.text')}
        </label>
        <textarea
          id={id}
          rows={8}
          dir="auto"
          required
          aria-invalid={problem ? true : undefined}
          aria-describedby={`${id}-said`}
          placeholder={t('paste.textHint')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-[45dvh] min-h-40 w-full resize-none rounded-control border border-line-strong bg-surface px-3 py-2.5 text-md outline-none focus:outline-2 focus:-outline-offset-1 focus:outline-focus aria-invalid:border-danger max-sm:text-lg"
        />
        <p id={`${id}-said`} className={problem ? 'text-xs text-danger-text' : 'text-xs text-ink-3'}>
          {problem ?? t('paste.about')}
        </p>
      </div>
      <Field
        label={t('paste.title')}
        hint={t('paste.titleHint')}
        problem={fields.title}
        dir="auto"
        maxLength={200}
        placeholder={titleOf(text)}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      {add.isError && <ErrorBox title={t('paste.failed')}>{words(add.error)}</ErrorBox>}
      <div className="flex flex-wrap justify-end gap-2">
        {sample && text === '' && (
          <Button kind="ghost" size="large" onClick={fillIn}>
            {t('sample.use')}
          </Button>
        )}
        {onCancel && (
          <Button size="large" onClick={onCancel}>
            {t('cancel', { ns: 'common' })}
          </Button>
        )}
        <Button kind="primary" size="large" type="submit" disabled={add.isPending}>
          {add.isPending ? t('paste.busy') : t('paste.do')}
        </Button>
      </div>
    </form>
  )
}
