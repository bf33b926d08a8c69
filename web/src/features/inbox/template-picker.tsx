import { ChevronLeft, Search } from 'lucide-react'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { Conversation, Template } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useReadTemplates, useTemplates } from '../../api/use-templates'
import { useDraft } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { Field } from '../../ui/field'
import { Icon } from '../../ui/icon'
import { RowsSkeleton } from '../../ui/rows'
import { Tag } from '../../ui/tag'
import { TemplateCard } from '../../ui/template-card'
import { useToast } from '../../ui/use-toast'
import { filled, filledAddress, inputOf, valuesOf, type Typed } from './template-values'
import { useSendTemplate } from './use-send-template'

type Props = { conversation: Conversation; onClose: () => void }

/** Finds a template of the conversation's number, fills it in, shows it as the customer will see it, and sends it. */
export function TemplatePicker({ conversation: c, onClose }: Props) {
  const { t } = useTranslation('inbox')
  const [chosen, setChosen] = useState<Template>()
  return (
    <Dialog
      title={chosen ? t('template.fill', { name: chosen.name }) : t('template.title')}
      about={t('template.about')}
      open
      wide
      onClose={onClose}
    >
      {chosen ? (
        <FillIn conversation={c} template={chosen} onBack={() => setChosen(undefined)} onSent={onClose} />
      ) : (
        <Choose channelId={c.channelId} onChoose={setChosen} />
      )}
    </Dialog>
  )
}

type ChooseProps = { channelId: string; onChoose: (template: Template) => void }

function Choose({ channelId, onChoose }: ChooseProps) {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const list = useTemplates(channelId)
  const read = useReadTemplates(channelId)
  const [query, setQuery] = useState('')
  if (list.isPending) return <RowsSkeleton />
  if (list.isError) {
    return (
      <ErrorBox
        title={t('template.failed')}
        action={{ name: t('tryAgain', { ns: 'common' }), run: () => void list.refetch() }}
      >
        {words(list.error)}
      </ErrorBox>
    )
  }
  const { items, reading, failure } = list.data
  const fetch = (
    <Button size="small" onClick={() => read.mutate()} disabled={reading || read.isPending}>
      {reading ? t('template.reading') : t('template.read')}
    </Button>
  )
  if (items.length === 0) {
    return (
      <EmptyState title={t('template.none')} action={fetch}>
        {failure || t('template.noneAbout')}
      </EmptyState>
    )
  }
  const wanted = query.trim().toLowerCase()
  const found = items
    .filter((one) =>
      `${one.name.replaceAll('_', ' ')} ${one.name} ${one.header} ${one.body}`.toLowerCase().includes(wanted),
    )
    .sort((a, b) => Number(b.sendable) - Number(a.sendable))
  return (
    <div className="grid gap-3">
      <Field
        label={t('template.search')}
        type="search"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        end={<Icon as={Search} size={16} className="me-3 text-ink-3" />}
      />
      <ul aria-label={t('template.list')} className="grid gap-1">
        {found.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              disabled={!one.sendable}
              onClick={() => onChoose(one)}
              className="grid w-full gap-0.5 rounded-control border border-line px-3 py-2 text-start enabled:hover:bg-hover disabled:text-ink-3"
            >
              <span className="flex flex-wrap items-center gap-2 font-medium">
                <bdi>{one.name}</bdi>
                <Tag>{one.language}</Tag>
                <Tag kind={one.category === 'MARKETING' ? 'warn' : 'neutral'}>{category(t, one.category)}</Tag>
              </span>
              <span dir="auto" className="line-clamp-2 text-xs text-ink-2">
                {one.sendable ? one.body : one.unsendable}
              </span>
            </button>
          </li>
        ))}
        {found.length === 0 && <li className="px-3 py-2 text-ink-2">{t('template.notFound')}</li>}
      </ul>
      <div className="justify-self-start">{fetch}</div>
    </div>
  )
}

type FillInProps = { conversation: Conversation; template: Template; onBack: () => void; onSent: () => void }

function FillIn({ conversation: c, template, onBack, onSent }: FillInProps) {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const toast = useToast()
  const send = useSendTemplate(c.id)
  const [typed, type, forget] = useTyped(`template.${c.id}.${template.id}`)
  const [consent, setConsent] = useDraft(`consent.${c.id}`)
  const problem = send.isError ? asProblem(send.error) : undefined
  const asksConsent = template.category === 'MARKETING' && (problem?.fields.consent !== undefined || consent !== '')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    send.mutate(valuesOf(template, typed, consent), {
      onSuccess: () => {
        forget()
        setConsent('')
        onSent()
        toast({ text: t('template.sent', { name: template.name }) })
      },
    })
  }
  const labelOf = (place: string, name: string) => {
    const words = /^\d+$/.test(name) ? t('template.place', { name }) : name.replaceAll('_', ' ')
    switch (place) {
      case 'file':
        return t(`template.link.${name as 'image' | 'video' | 'document'}`)
      case 'button':
        return t('template.button', { name: template.buttons[Number(name)]?.text ?? name })
      case 'header':
        return t('template.header', { name: words })
      default:
        return words
    }
  }
  const named = new Set(template.variables.map(inputOf))
  const general = problem && !Object.keys(problem.fields).some((field) => named.has(field) || field === 'consent')
  return (
    <form onSubmit={submit} className="grid gap-4">
      {template.variables.map((variable) => {
        const input = inputOf(variable)
        return (
          <Field
            key={input}
            label={labelOf(variable.place, variable.name)}
            hint={variable.example && t('template.example', { example: variable.example })}
            problem={problem?.fields[input]}
            required
            maxLength={1024}
            value={typed[input] ?? ''}
            onChange={(event) => type(input, event.target.value)}
          />
        )
      })}
      {asksConsent && (
        <Field
          label={t('template.consent')}
          hint={t('template.consentHint')}
          problem={problem?.fields.consent}
          maxLength={200}
          value={consent}
          onChange={(event) => setConsent(event.target.value)}
        />
      )}
      <TemplateCard
        name={t('template.preview')}
        header={template.headerKind === 'text' ? filled(template.header, 'header', typed) : undefined}
        file={
          named.has('link')
            ? { kind: template.headerKind, name: t(`kind.${template.headerKind as 'image'}`), link: typed.link ?? '' }
            : undefined
        }
        body={filled(template.body, 'variables', typed)}
        footer={template.footer}
        buttons={template.buttons.map((button, i) => ({ ...button, url: filledAddress(button.url, i, typed) }))}
      />
      {general && <ErrorBox title={t('template.notSent')}>{words(send.error)}</ErrorBox>}
      <div className="flex justify-between gap-2">
        <Button onClick={onBack}>
          <Icon as={ChevronLeft} size={16} className="flip" />
          {t('template.back')}
        </Button>
        <Button kind="primary" type="submit" disabled={send.isPending}>
          {send.isPending ? t('template.sending') : t('template.send')}
        </Button>
      </div>
    </form>
  )
}

// What was typed is a draft like any other: it stays until the template is sent.
function useTyped(id: string): [Typed, (input: string, text: string) => void, () => void] {
  const [draft, setDraft] = useDraft(id)
  const typed = parsed(draft)
  return [typed, (input, text) => setDraft(JSON.stringify({ ...typed, [input]: text })), () => setDraft('')]
}

function parsed(draft: string): Typed {
  try {
    return JSON.parse(draft) as Typed
  } catch {
    return {}
  }
}

function category(t: ReturnType<typeof useTranslation<'inbox'>>['t'], word: string): string {
  switch (word) {
    case 'MARKETING':
      return t('template.category.marketing')
    case 'UTILITY':
      return t('template.category.utility')
    case 'AUTHENTICATION':
      return t('template.category.authentication')
    default:
      return word
  }
}
