import { useId, useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { OpeningHours, Tenant } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { Skeleton } from '../../ui/skeleton'
import { useTell, useTenant } from './use-start'

const weekdays = [1, 2, 3, 4, 5]

type Props = { onDone: () => void }

/** What the business is, in one form. */
export function TellBusiness({ onDone }: Props) {
  const tenant = useTenant()
  return tenant.data ? <Form tenant={tenant.data} onDone={onDone} /> : <Skeleton />
}

function Form({ tenant, onDone }: Props & { tenant: Tenant }) {
  const { t } = useTranslation('start')
  const words = useProblemWords()
  const tell = useTell()
  const id = useId()
  const monday = tenant.hours.find(({ day }) => day === 1)
  const [name, setName] = useState(tenant.name)
  const [about, setAbout] = useState(tenant.about)
  const [from, setFrom] = useState(monday?.open ?? '09:00')
  const [to, setTo] = useState(monday?.close ?? '18:00')
  const [saturday, setSaturday] = useState(tenant.hours.some(({ day }) => day === 6))
  const fields = tell.isError ? asProblem(tell.error).fields : {}

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const hours: OpeningHours[] = [...weekdays, ...(saturday ? [6] : [])].map((day) => ({ day, open: from, close: to }))
    const timeZone = tenant.timeZone === 'UTC' ? Intl.DateTimeFormat().resolvedOptions().timeZone : tenant.timeZone
    // Hours that were told in another shape on the page of the hours are not made simple here.
    const shaped = tenant.hours.length > 0
    tell.mutate({ name, about, timeZone, ...(!shaped && { hours }) }, { onSuccess: onDone })
  }

  return (
    <form onSubmit={submit} className="grid gap-3">
      <Field
        label={t('business.name')}
        required
        maxLength={100}
        problem={fields.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <div className="grid gap-1">
        <label htmlFor={id} className="text-xs font-medium text-ink-2">
          {t('business.does')}
        </label>
        <textarea
          id={id}
          rows={3}
          required
          dir="auto"
          maxLength={4000}
          placeholder={t('business.doesHint')}
          value={about}
          onChange={(event) => setAbout(event.target.value)}
          className="field-sizing-content max-h-[30dvh] min-h-20 w-full resize-none rounded-control border border-line-strong bg-surface px-3 py-2.5 text-md outline-none focus:outline-2 focus:-outline-offset-1 focus:outline-focus max-sm:text-lg"
        />
      </div>
      {tenant.hours.length === 0 && (
        <div className="flex flex-wrap items-end gap-3">
          <Clock label={t('business.from')} value={from} onChange={setFrom} />
          <Clock label={t('business.to')} value={to} onChange={setTo} />
          <label className="flex h-10 items-center gap-2">
            <input
              type="checkbox"
              checked={saturday}
              onChange={(event) => setSaturday(event.target.checked)}
              className="size-4 accent-accent"
            />
            {t('business.saturday')}
          </label>
        </div>
      )}
      {tell.isError && <ErrorBox title={t('notSaved')}>{words(tell.error)}</ErrorBox>}
      <Button kind="primary" size="large" type="submit" disabled={tell.isPending} className="justify-self-start">
        {tell.isPending ? t('saving') : t('save')}
      </Button>
    </form>
  )
}

type ClockProps = { label: string; value: string; onChange: (value: string) => void }

function Clock({ label, value, onChange }: ClockProps) {
  const id = useId()
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        {label}
      </label>
      <input
        id={id}
        type="time"
        required
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-10 rounded-control border border-line-strong bg-surface px-2 tabular-nums max-sm:h-11"
      />
    </div>
  )
}
