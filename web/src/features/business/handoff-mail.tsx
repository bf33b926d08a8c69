import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tenant } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { SelectField } from '../../ui/select-field'
import { useToast } from '../../ui/use-toast'
import { useChangeTenant } from './queries'

const choices = [5, 10, 15, 30, 60, 240] as const

/** After how long people are written to when nobody touches a hand-off, and whether at night, too. */
export function HandoffMail({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation('business')
  const words = useProblemWords()
  const toast = useToast()
  const may = useMay('tenant:write')
  const change = useChangeTenant()
  const [minutes, setMinutes] = useState(tenant.handoffMailMinutes)
  const [closed, setClosed] = useState(tenant.handoffMailClosed)
  const offered = [...new Set([...choices, ...(minutes > 0 ? [minutes] : [])])].sort((a, b) => a - b)

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    change.mutate(
      { handoffMailMinutes: minutes, handoffMailClosed: closed },
      { onSuccess: () => toast({ text: t('saved') }) },
    )
  }

  return (
    <form onSubmit={submit} className="grid max-w-120 gap-4">
      {!tenant.mails && (
        <p className="rounded-card border border-warn-line bg-warn-soft p-3 text-warn-text">{t('waiting.noMail')}</p>
      )}
      <SelectField
        label={t('waiting.after')}
        disabled={!may}
        value={String(minutes)}
        options={[
          { value: '0', name: t('waiting.never') },
          ...offered.map((count) => ({ value: String(count), name: t('waiting.minutes', { count }) })),
        ]}
        onChange={(value) => setMinutes(Number(value))}
      />
      <label className="flex touch items-center gap-2">
        <input
          type="checkbox"
          disabled={!may || minutes === 0}
          checked={closed}
          onChange={(event) => setClosed(event.target.checked)}
          className="size-4 accent-accent"
        />
        {t('waiting.closed')}
      </label>
      {change.isError && <ErrorBox title={t('notSaved')}>{words(change.error)}</ErrorBox>}
      {may && (
        <Button kind="primary" size="large" type="submit" disabled={change.isPending} className="justify-self-start">
          {change.isPending ? t('saving') : t('waiting.save')}
        </Button>
      )}
    </form>
  )
}
