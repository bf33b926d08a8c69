import clsx from 'clsx'
import { Clock, Paperclip, X } from 'lucide-react'
import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useTyped } from '../../api/use-colleagues'
import { useMay } from '../../api/use-session'
import { useDraft } from '../../lib/drafts'
import { newId } from '../../lib/new-id'
import { size } from '../../lib/size'
import { millis, spanToMinute } from '../../lib/time'
import { useKeys } from '../../lib/use-keys'
import { useNow } from '../../lib/use-now'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { Kbd } from '../../ui/kbd'
import { useToast } from '../../ui/use-toast'
import { CannedList } from './canned-list'
import { largestOf, limitName } from './file-limit'
import { useSend, type Outgoing } from './queries'
import { windowOpen } from './situation'
import { useCannedList } from './use-canned-list'
import { useInbox } from './use-inbox'
import { UseTemplateButton } from './use-template-button'
import { WritingToo } from './writing-too'

type Kind = Outgoing['kind']

type Props = { conversation: Conversation }

/** Where one writes: a reply to the customer or a note for colleagues. What is typed is kept until it is sent. */
export function Composer({ conversation: c }: Props) {
  const { t } = useTranslation('inbox')
  const may = useMay('conversations:reply')
  const open = windowOpen(c, useNow())
  const [chosen, setChosen] = useState<Kind>('reply')
  const kind = open ? chosen : 'note'
  const [draft, setDraft] = useDraft(c.id)
  const [chosenFile, setFile] = useState<File>()
  const file = kind === 'reply' ? chosenFile : undefined
  const input = useRef<HTMLTextAreaElement>(null)
  const send = useSend(c.id)
  const typed = useTyped()
  const toast = useToast()
  const { at, change } = useInbox()
  const write = (what: Kind) => () => {
    setChosen(what)
    input.current?.focus()
  }
  const listId = useId()
  const canned = useCannedList(c, kind === 'reply' ? draft : '', setDraft, t('canned.customer'))
  useKeys({ r: write('reply'), n: write('note') })

  const take = (chosen: File) => {
    const most = largestOf(chosen.type)
    if (chosen.size <= most) setFile(chosen)
    else toast({ text: t('file.tooLarge', { name: chosen.name, limit: limitName(most) }), failed: true })
  }
  const submit = () => {
    const text = draft.trim()
    if (text === '' && !file) return
    send.mutate({ id: newId(), kind, text, afterSeq: c.lastSeq, ...(file && { file }) })
    setDraft('')
    typed(false)
    setFile(undefined)
    if (at !== undefined) change({ at: undefined }) // what was said stands at the end
    input.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (canned.onKeyDown(event)) return
    // Enter that ends the composition of a Chinese or Japanese word is not for us.
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      submit()
    }
    if (event.key === 'Escape') input.current?.blur()
  }

  if (!may)
    return <p className="shrink-0 bg-surface px-6 pb-4 text-xs text-ink-3 max-md:px-3">{t('composer.readOnly')}</p>
  return (
    <div className={clsx('shrink-0 bg-surface px-6 pb-4 max-md:px-3 max-md:pb-3', groundOf(c))}>
      <div
        className={clsx(
          'rounded-card border has-[textarea:focus]:outline-2 has-[textarea:focus]:-outline-offset-1 has-[textarea:focus]:outline-focus',
          kind === 'note' ? 'border-note-line bg-note-soft' : 'border-line-strong bg-surface',
        )}
      >
        <div className="flex items-center gap-3 border-b border-line px-3">
          <KindTab name={t('composer.reply')} chosen={kind === 'reply'} disabled={!open} onChoose={write('reply')} />
          <KindTab name={t('composer.note')} chosen={kind === 'note'} onChoose={write('note')} />
          <span className="ms-auto inline-flex items-center gap-1">
            {open && <WindowLeft until={millis(c.windowUntil)} />}
            <UseTemplateButton conversation={c} small />
          </span>
        </div>
        {canned.open && (
          <CannedList id={listId} found={canned.found} chosen={canned.chosen} fill={canned.fill} onTake={canned.take} />
        )}
        {kind === 'reply' && <WritingToo conversationId={c.id} ready={draft.trim() !== '' || file !== undefined} />}
        {file && <Attachment file={file} onRemove={() => setFile(undefined)} />}
        <div className="flex items-end gap-2 p-2">
          {kind === 'reply' && <Attach onChoose={take} />}
          <textarea
            ref={input}
            rows={1}
            dir="auto"
            aria-label={kind === 'note' ? t('composer.noteLabel') : t('composer.replyLabel')}
            aria-controls={canned.open ? listId : undefined}
            aria-activedescendant={canned.open && canned.found.length > 0 ? `${listId}-${canned.chosen}` : undefined}
            aria-keyshortcuts={kind === 'note' ? 'n' : 'r'}
            placeholder={t(
              kind === 'note'
                ? 'composer.noteHint'
                : c.handler === 'ai'
                  ? 'composer.replyHintAi'
                  : 'composer.replyHint',
            )}
            value={draft}
            onChange={({ target: { value } }) => {
              setDraft(value)
              typed(value !== '')
            }}
            onKeyDown={onKeyDown}
            className="field-sizing-content max-h-48 min-h-10 min-w-0 grow resize-none bg-transparent px-1 py-2 text-md outline-none max-sm:text-lg"
          />
          <Button size="small" kind="primary" onClick={submit} disabled={draft.trim() === '' && !file} className="mb-1">
            {kind === 'note' ? t('composer.save') : t('composer.send')}
            <Kbd className="border-transparent bg-scrim text-on-accent">↵</Kbd>
          </Button>
        </div>
      </div>
    </div>
  )
}

/** Chooses a file to send; its type is looked at by the server, which says in words what WhatsApp does not take. */
function Attach({ onChoose }: { onChoose: (file: File) => void }) {
  const { t } = useTranslation('inbox')
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t('file.attach')}
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (file) onChoose(file)
          event.target.value = '' // or the same file could not be chosen again
        }}
      />
      <IconButton name={t('file.attach')} onClick={() => input.current?.click()} className="mb-1">
        <Icon as={Paperclip} size={16} />
      </IconButton>
    </>
  )
}

function Attachment({ file, onRemove }: { file: File; onRemove: () => void }) {
  const { t, i18n } = useTranslation('inbox')
  return (
    <p className="flex items-center gap-2 px-3 pt-2 text-xs text-ink-2">
      <Icon as={Paperclip} size={14} />
      <bdi className="min-w-0 truncate font-medium">{file.name}</bdi>
      <span className="shrink-0">{size(file.size, i18n.language)}</span>
      <IconButton name={t('file.remove', { name: file.name })} onClick={onRemove} className="-my-1">
        <Icon as={X} size={14} />
      </IconButton>
    </p>
  )
}

// The composer continues the state bar above it, not its colour.
function groundOf(c: Conversation): string {
  return c.handler === 'ai' || c.handoff ? 'pt-3' : ''
}

type KindTabProps = { name: string; chosen: boolean; disabled?: boolean; onChoose: () => void }

function KindTab({ name, chosen, disabled, onChoose }: KindTabProps) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      disabled={disabled}
      onClick={onChoose}
      className={clsx(
        'relative h-8 touch rounded-chip text-xs font-medium text-ink-2 focus-inside disabled:text-ink-3 disabled:line-through',
        chosen &&
          'font-semibold text-ink after:absolute after:inset-x-0 after:-bottom-px after:h-0.5 after:rounded-full after:bg-accent',
      )}
    >
      {name}
    </button>
  )
}

function WindowLeft({ until }: { until: number }) {
  const { t, i18n } = useTranslation('inbox')
  const now = useNow()
  const time = spanToMinute(Math.max(0, until - now), i18n.language)
  return (
    <span title={t('composer.windowAbout')} className="inline-flex items-center gap-1 text-2xs text-ink-3">
      <Icon as={Clock} size={12} />
      <span>
        <span className="max-sm:hidden">{t('composer.window')} </span>
        {time}
      </span>
    </span>
  )
}
