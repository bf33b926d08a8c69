import { useId, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { Tenant } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { useFormDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { Section } from '../../ui/section'
import { SelectField } from '../../ui/select-field'
import { SettingsPage } from '../../ui/settings-page'
import { useToast } from '../../ui/use-toast'
import { languageNames, zoneNames } from './choices'
import { HandoffMail } from './handoff-mail'
import { Loaded } from './loaded'
import { useChangeTenant } from './queries'

/** What the business is: its name, what it does, where its clock is, which language its people speak. */
export function BusinessPage() {
  const { t } = useTranslation('business')
  return (
    <SettingsPage title={t('title')}>
      <Section title={t('profile.title')} about={t('profile.about')}>
        <Loaded>{(tenant) => <ProfileForm tenant={tenant} />}</Loaded>
      </Section>
      <Section title={t('waiting.title')} about={t('waiting.about')}>
        <Loaded>{(tenant) => <HandoffMail tenant={tenant} />}</Loaded>
      </Section>
    </SettingsPage>
  )
}

function ProfileForm({ tenant }: { tenant: Tenant }) {
  const { t, i18n } = useTranslation('business')
  const words = useProblemWords()
  const toast = useToast()
  const may = useMay('tenant:write')
  const change = useChangeTenant()
  const id = useId()
  const [typed, setTyped, forget] = useFormDraft(`business.${tenant.id}`, {
    name: tenant.name,
    about: tenant.about,
    timeZone: tenant.timeZone,
    locale: tenant.locale,
  })
  const fields = change.isError ? asProblem(change.error).fields : {}
  const put = (part: Partial<typeof typed>) => setTyped({ ...typed, ...part })

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    change.mutate(typed, {
      onSuccess: () => {
        forget()
        toast({ text: t('saved') })
      },
    })
  }

  return (
    <form onSubmit={submit} className="grid max-w-120 gap-4">
      <Field
        label={t('profile.name')}
        required
        maxLength={100}
        disabled={!may}
        problem={fields.name}
        value={typed.name}
        onChange={(event) => put({ name: event.target.value })}
      />
      <div className="grid gap-1">
        <label htmlFor={id} className="text-xs font-medium text-ink-2">
          {t('profile.does')}
        </label>
        <textarea
          id={id}
          rows={5}
          dir="auto"
          maxLength={4000}
          disabled={!may}
          aria-invalid={fields.about ? true : undefined}
          aria-describedby={`${id}-said`}
          value={typed.about}
          onChange={(event) => put({ about: event.target.value })}
          className="field-sizing-content max-h-[45dvh] min-h-28 w-full resize-none rounded-control border border-line-strong bg-surface px-3 py-2.5 text-md outline-none focus:outline-2 focus:-outline-offset-1 focus:outline-focus disabled:text-ink-3 aria-invalid:border-danger max-sm:text-lg"
        />
        <p id={`${id}-said`} className={fields.about ? 'text-xs text-danger-text' : 'text-xs text-ink-3'}>
          {fields.about ?? t('profile.doesHint')}
        </p>
      </div>
      <SelectField
        label={t('profile.timeZone')}
        hint={t('profile.timeZoneHint')}
        problem={fields.timeZone}
        disabled={!may}
        value={typed.timeZone}
        options={zoneNames(tenant.timeZone)}
        onChange={(timeZone) => put({ timeZone })}
      />
      <SelectField
        label={t('profile.language')}
        hint={t('profile.languageHint')}
        problem={fields.locale}
        disabled={!may}
        value={typed.locale}
        options={languageNames(tenant.locale, i18n.language)}
        onChange={(locale) => put({ locale })}
      />
      {change.isError && <ErrorBox title={t('notSaved')}>{words(change.error)}</ErrorBox>}
      {may ? (
        <Button kind="primary" size="large" type="submit" disabled={change.isPending} className="justify-self-start">
          {change.isPending ? t('saving') : t('save')}
        </Button>
      ) : (
        <p className="text-xs text-ink-3">{t('readOnly')}</p>
      )}
    </form>
  )
}
