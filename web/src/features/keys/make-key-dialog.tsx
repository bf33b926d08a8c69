import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useProblemWords } from '../../api/use-problem-words'
import { useDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { SelectField } from '../../ui/select-field'
import { ShownOnce } from '../../ui/shown-once'
import { useMakeKey } from './queries'
import { useScopeWords } from './use-scope-words'

type Props = {
  /** What one may allow a key. */
  scopes: readonly string[]
  onClose: () => void
}

const lives = ['90', '365', '0'] as const

/** Makes a key, and shows it this once. */
export function MakeKeyDialog({ scopes, onClose }: Props) {
  const { t } = useTranslation('keys')
  const words = useProblemWords()
  const scopeWords = useScopeWords()
  const make = useMakeKey()
  const [name, setName] = useDraft('key.name')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [days, setDays] = useState<(typeof lives)[number]>('365')
  const fields = make.isError ? asProblem(make.error).fields : {}

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    make.mutate({ name, scopes: [...chosen], days: Number(days) }, { onSuccess: () => setName('') })
  }
  const toggle = (scope: string) =>
    setChosen(chosen.includes(scope) ? chosen.filter((one) => one !== scope) : [...chosen, scope])

  if (make.data) {
    return (
      <Dialog title={t('make.done', { name: make.data.key.name })} about={t('make.once')} open onClose={onClose}>
        <ShownOnce name={t('make.key')} text={make.data.secret} />
      </Dialog>
    )
  }
  return (
    <Dialog title={t('make.open')} about={t('make.about')} open onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label={t('make.name')}
          hint={t('make.nameHint')}
          problem={fields.name}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset className="grid gap-1">
          <legend className="mb-1 text-xs font-medium text-ink-2">{t('make.scopes')}</legend>
          {scopes.map((scope) => (
            <label key={scope} className="flex touch min-h-8 items-center gap-2 text-sm">
              <input type="checkbox" checked={chosen.includes(scope)} onChange={() => toggle(scope)} />
              {scopeWords(scope)}
            </label>
          ))}
          {fields.scopes && <p className="text-xs text-danger-text">{fields.scopes}</p>}
        </fieldset>
        <SelectField
          label={t('make.life')}
          value={days}
          options={lives.map((value) => ({ value, name: t(`make.days.${value}`) }))}
          onChange={setDays}
        />
        {make.isError && <ErrorBox title={t('make.failed')}>{words(make.error)}</ErrorBox>}
        <Button kind="primary" size="large" type="submit" disabled={make.isPending} className="justify-self-end">
          {make.isPending ? t('make.busy') : t('make.do')}
        </Button>
      </form>
    </Dialog>
  )
}
