import { Plus, X } from 'lucide-react'
import type { SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { FullContact } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useFormDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { useToast } from '../../ui/use-toast'
import { useCorrect } from './queries'

type Props = { contact: FullContact; readOnly: boolean }
type Row = { key: string; value: string }

/** Name, language, and what the business keeps about a contact in words of its own. */
export function DetailsForm({ contact, readOnly }: Props) {
  const { t } = useTranslation('contacts')
  const words = useProblemWords()
  const toast = useToast()
  const correct = useCorrect(contact.id)
  const [typed, setTyped, forget] = useFormDraft(`contact.${contact.id}`, shown(contact))
  const { name, language, rows } = typed
  const setRows = (rows: Row[]) => setTyped({ ...typed, rows })
  const fields = correct.isError ? asProblem(correct.error).fields : {}
  const kept = rows.map((row) => ({ key: row.key.trim(), value: row.value.trim() })).filter((row) => row.key !== '')
  const attributes = Object.fromEntries(kept.map(({ key, value }) => [key, value]))
  const twice = kept.length !== Object.keys(attributes).length
  const same =
    name.trim() === contact.name &&
    language.trim() === contact.language &&
    JSON.stringify(Object.entries(attributes).sort()) === JSON.stringify(Object.entries(contact.attributes).sort())

  const edit = (at: number, part: Partial<Row>) => setRows(rows.map((row, i) => (i === at ? { ...row, ...part } : row)))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (same || twice || correct.isPending) return
    correct.mutate(
      {
        ...(name.trim() !== contact.name && { name: name.trim() }),
        language: language.trim(),
        attributes,
      },
      {
        onSuccess: () => {
          forget()
          toast({ text: t('details.saved') })
        },
      },
    )
  }

  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('details.name')}
          hint={t(contact.nameChosen ? 'details.nameChosen' : 'details.nameTold')}
          problem={fields.name}
          dir="auto"
          maxLength={200}
          readOnly={readOnly}
          value={name}
          onChange={(event) => setTyped({ ...typed, name: event.target.value })}
        />
        <Field
          label={t('details.language')}
          hint={t('details.languageHint')}
          problem={fields.language}
          maxLength={35}
          readOnly={readOnly}
          value={language}
          onChange={(event) => setTyped({ ...typed, language: event.target.value })}
        />
      </div>
      <fieldset className="grid gap-2">
        <legend className="pb-1 text-xs font-medium text-ink-2">{t('details.attributes')}</legend>
        {rows.length === 0 && <p className="text-ink-3">{t('details.noAttributes')}</p>}
        {rows.map((row, i) => (
          <div key={i} className="flex items-end gap-2">
            <div className="min-w-0 basis-1/3">
              <Field
                label={t('details.key')}
                maxLength={64}
                dir="auto"
                readOnly={readOnly}
                value={row.key}
                onChange={(event) => edit(i, { key: event.target.value })}
              />
            </div>
            <div className="min-w-0 grow">
              <Field
                label={t('details.value')}
                maxLength={500}
                dir="auto"
                readOnly={readOnly}
                value={row.value}
                onChange={(event) => edit(i, { value: event.target.value })}
              />
            </div>
            {!readOnly && (
              <IconButton
                name={t('details.remove', { key: row.key })}
                onClick={() => setRows(rows.filter((_, at) => at !== i))}
              >
                <Icon as={X} size={16} />
              </IconButton>
            )}
          </div>
        ))}
        {!readOnly && rows.length < 50 && (
          <Button
            kind="ghost"
            size="small"
            onClick={() => setRows([...rows, { key: '', value: '' }])}
            className="w-fit"
          >
            <Icon as={Plus} size={16} />
            {t('details.add')}
          </Button>
        )}
      </fieldset>
      {twice && <p className="text-danger-text">{t('details.twice')}</p>}
      {correct.isError && <ErrorBox title={t('details.failed')}>{words(correct.error)}</ErrorBox>}
      {!readOnly && (
        <Button kind="primary" type="submit" disabled={same || twice || correct.isPending} className="w-fit">
          {t('details.save')}
        </Button>
      )}
    </form>
  )
}

function shown(contact: FullContact) {
  const rows: Row[] = Object.entries(contact.attributes)
    .sort()
    .map(([key, value]) => ({ key, value }))
  return { name: contact.name, language: contact.language, rows }
}
