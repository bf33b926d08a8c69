import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Colour } from '../../api/types'
import { useChangeLabels } from '../../api/use-labels'
import { useProblemWords } from '../../api/use-problem-words'
import { useDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { ColourMenu } from './colour-menu'

/** Makes a label. What is typed is kept until there is one. */
export function NewLabel() {
  const { t } = useTranslation('settings')
  const words = useProblemWords()
  const change = useChangeLabels()
  const [name, setName] = useDraft('label.name')
  const [colour, setColour] = useState<Colour>('blue')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name.trim() === '' || change.isPending) return
    change.mutate({ add: { name: name.trim(), colour } }, { onSuccess: () => setName('') })
  }
  return (
    <form onSubmit={submit} className="grid gap-2">
      <Field
        label={t('label.name')}
        dir="auto"
        maxLength={40}
        value={name}
        onChange={(event) => setName(event.target.value)}
        problem={change.isError ? words(change.error) : undefined}
        end={<ColourMenu name={t('label.colour')} value={colour} onChange={setColour} />}
      />
      <Button kind="primary" type="submit" disabled={name.trim() === ''} className="justify-self-start">
        {t('label.add')}
      </Button>
    </form>
  )
}
