import { useId, useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { FullContact } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { Tag } from '../../ui/tag'
import { TimeAgo } from '../../ui/time-ago'
import { useRecordConsent } from './queries'

type Props = { contact: FullContact; readOnly: boolean }

const choices = ['messages-yes', 'messages-no', 'marketing-yes', 'marketing-no'] as const

/** What the customer allowed and forbade, and how we know; with a way to write down what was said elsewhere. */
export function Consents({ contact, readOnly }: Props) {
  const { t } = useTranslation('contacts')
  const words = useProblemWords()
  const record = useRecordConsent(contact.id)
  const id = useId()
  const [choice, setChoice] = useState<(typeof choices)[number]>('messages-no')
  const [source, setSource] = useDraft(`consent.${contact.id}`)

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (source.trim() === '' || record.isPending) return
    const topic = choice.startsWith('messages') ? 'messages' : 'marketing'
    record.mutate({ topic, granted: choice.endsWith('yes'), source: source.trim() }, { onSuccess: () => setSource('') })
  }

  return (
    <div className="grid gap-4">
      {contact.consents.length === 0 && <p className="text-ink-3">{t('consent.none')}</p>}
      <ul className="grid gap-2">
        {contact.consents.map((one, i) => (
          <li key={i} className="flex flex-wrap items-center gap-2">
            <Tag kind={one.granted ? 'good' : 'warn'}>{t(one.granted ? 'consent.allowed' : 'consent.refused')}</Tag>
            <span>{t(`consent.topic.${one.topic}`)}</span>
            <bdi className="text-ink-3">{one.source}</bdi>
            <TimeAgo at={one.at} className="ms-auto text-ink-3" />
          </li>
        ))}
      </ul>
      {!readOnly && (
        <form onSubmit={submit} className="grid items-end gap-3 sm:grid-cols-[1fr_1fr_auto]">
          <div className="grid gap-1">
            <label htmlFor={id} className="text-xs font-medium text-ink-2">
              {t('consent.what')}
            </label>
            <select
              id={id}
              value={choice}
              onChange={(event) => setChoice(choices.find((one) => one === event.target.value) ?? choice)}
              className="h-10 rounded-control border border-line-strong bg-surface px-2 max-sm:h-11"
            >
              {choices.map((one) => (
                <option key={one} value={one}>
                  {t(`consent.choice.${one}`)}
                </option>
              ))}
            </select>
          </div>
          <Field
            label={t('consent.source')}
            placeholder={t('consent.sourceHint')}
            maxLength={200}
            dir="auto"
            value={source}
            onChange={(event) => setSource(event.target.value)}
          />
          <Button type="submit" size="large" disabled={source.trim() === '' || record.isPending}>
            {t('consent.do')}
          </Button>
        </form>
      )}
      {record.isError && <ErrorBox title={t('consent.failed')}>{words(record.error)}</ErrorBox>}
    </div>
  )
}
