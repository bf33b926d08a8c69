import { useId, useRef, useState, type DragEvent, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useProblemWords } from '../../api/use-problem-words'
import { useDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { useGive } from './use-start'

const mostBytes = 1 << 20 // of a file that is dropped; the page reads it as text

type Props = { onDone: () => void }

/** Something to know: typed, pasted, dropped as a text file, or a sample. What is typed is kept. */
export function TellKnowledge({ onDone }: Props) {
  const { t } = useTranslation('start')
  const words = useProblemWords()
  const give = useGive()
  const id = useId()
  const [text, setText] = useDraft('start.text')
  const [title, setTitle] = useState('')
  const [refused, setRefused] = useState('')
  const picker = useRef<HTMLInputElement>(null)

  const take = (file: File | undefined) => {
    if (!file) return
    if (!/\.(txt|md)$/i.test(file.name) || file.size > mostBytes) {
      setRefused(t('knowledge.refused', { name: file.name }))
      return
    }
    setRefused('')
    void file.text().then((read) => {
      setText(read)
      setTitle(file.name.replace(/\.(txt|md)$/i, ''))
    })
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    take(event.dataTransfer.files[0])
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (text.trim() === '') return
    give.mutate(
      { title: title || t('knowledge.named'), text },
      {
        onSuccess: () => {
          setText('')
          setTitle('')
          onDone()
        },
      },
    )
  }

  return (
    <form onSubmit={submit} className="grid gap-3">
      <div className="grid gap-1">
        <label htmlFor={id} className="text-xs font-medium text-ink-2">
          {t('knowledge.text')}
        </label>
        <textarea
          id={id}
          rows={5}
          dir="auto"
          required
          placeholder={t('knowledge.hint')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onDragOver={(event) => event.preventDefault()}
          onDrop={drop}
          className="field-sizing-content max-h-[40dvh] min-h-32 w-full resize-none rounded-control border border-line-strong bg-surface px-3 py-2.5 text-md outline-none focus:outline-2 focus:-outline-offset-1 focus:outline-focus max-sm:text-lg"
        />
      </div>
      {refused !== '' && (
        <p role="alert" className="text-danger-text">
          {refused}
        </p>
      )}
      {give.isError && (
        <ErrorBox title={t('notSaved')}>{asProblem(give.error).fields.text ?? words(give.error)}</ErrorBox>
      )}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" size="large" type="submit" disabled={give.isPending}>
          {give.isPending ? t('saving') : t('knowledge.do')}
        </Button>
        <Button size="large" onClick={() => picker.current?.click()}>
          {t('knowledge.file')}
        </Button>
        {text === '' && (
          <Button
            size="large"
            kind="ghost"
            onClick={() => {
              setTitle(t('knowledge.sampleTitle'))
              setText(t('knowledge.sample'))
            }}
          >
            {t('knowledge.useSample')}
          </Button>
        )}
        <input
          ref={picker}
          type="file"
          accept=".txt,.md"
          hidden
          aria-label={t('knowledge.file')}
          onChange={(event) => take(event.target.files?.[0])}
        />
      </div>
    </form>
  )
}
