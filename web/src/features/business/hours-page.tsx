import { Plus, X } from 'lucide-react'
import type { SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { OpeningHours, Tenant } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { useFormDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { Section } from '../../ui/section'
import { SettingsPage } from '../../ui/settings-page'
import { useToast } from '../../ui/use-toast'
import { Loaded } from './loaded'
import { useChangeTenant } from './queries'

const week = [1, 2, 3, 4, 5, 6, 0] as const // Monday first
const longestDay = 3 // stretches

/** When the business is open. */
export function HoursPage() {
  const { t } = useTranslation('business')
  return (
    <SettingsPage title={t('hours.page')}>
      <Loaded>
        {(tenant) => (
          <Section title={t('hours.title')} about={t('hours.about', { zone: tenant.timeZone.replaceAll('_', ' ') })}>
            <HoursForm tenant={tenant} />
          </Section>
        )}
      </Loaded>
    </SettingsPage>
  )
}

function HoursForm({ tenant }: { tenant: Tenant }) {
  const { t, i18n } = useTranslation('business')
  const words = useProblemWords()
  const toast = useToast()
  const may = useMay('tenant:write')
  const change = useChangeTenant()
  const [hours, setHours, forget] = useFormDraft<readonly OpeningHours[]>(`hours.${tenant.id}`, tenant.hours.map(shown))
  const put = (at: number, part: Partial<OpeningHours>) =>
    setHours(hours.map((one, i) => (i === at ? { ...one, ...part } : one)))

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    change.mutate(
      { hours: [...hours] },
      {
        onSuccess: () => {
          forget()
          toast({ text: t('saved') })
        },
      },
    )
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      <div className="rounded-card border border-line">
        {week.map((day) => {
          const name = dayName(day, i18n.language)
          const stretches = hours.map((one, at) => ({ ...one, at })).filter((one) => one.day === day)
          return (
            <fieldset
              key={day}
              disabled={!may}
              className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2 not-first:border-t not-first:border-line"
            >
              <legend className="sr-only">{name}</legend>
              <span aria-hidden="true" className="w-28 font-medium">
                {name}
              </span>
              <div className="grid grow gap-2">
                {stretches.length === 0 && <p className="text-ink-3">{t('hours.closed')}</p>}
                {stretches.map(({ at, open, close }) => (
                  <div key={at} className="flex items-center gap-2">
                    <Clock name={t('hours.from', { day: name })} value={open} onChange={(v) => put(at, { open: v })} />
                    <span aria-hidden="true">–</span>
                    <Clock name={t('hours.to', { day: name })} value={close} onChange={(v) => put(at, { close: v })} />
                    {close <= open && <span className="text-xs text-ink-3">{t('hours.nextDay')}</span>}
                    {may && (
                      <IconButton
                        name={t('hours.remove', { day: name, open })}
                        onClick={() => setHours(hours.filter((_, i) => i !== at))}
                      >
                        <Icon as={X} size={16} />
                      </IconButton>
                    )}
                  </div>
                ))}
              </div>
              {may && stretches.length < longestDay && (
                <IconButton
                  name={t('hours.add', { day: name })}
                  onClick={() => setHours([...hours, { day, open: '09:00', close: '18:00' }])}
                >
                  <Icon as={Plus} size={16} />
                </IconButton>
              )}
            </fieldset>
          )
        })}
      </div>
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

type ClockProps = { name: string; value: string; onChange: (value: string) => void }

function Clock({ name, value, onChange }: ClockProps) {
  return (
    <input
      type="time"
      required
      aria-label={name}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="h-9 rounded-control border border-line-strong bg-surface px-2 tabular-nums max-sm:h-11"
    />
  )
}

// shown is a stretch as a browser's clock can show it: midnight at the end of a day is 00:00 of the next.
function shown(one: OpeningHours): OpeningHours {
  return one.close === '24:00' ? { ...one, close: '00:00' } : one
}

function dayName(day: number, language: string): string {
  const sunday = Date.UTC(2026, 0, 4)
  return new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(sunday + day * 86_400_000)
}
