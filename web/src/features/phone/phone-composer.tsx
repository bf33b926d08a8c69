import { SendHorizontal } from 'lucide-react'
import type { KeyboardEvent, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useDraft } from '../../lib/drafts'
import { Icon } from '../../ui/icon'

type Props = { input: RefObject<HTMLTextAreaElement | null>; onSend: (text: string) => void }

/** Where the customer writes. */
export function PhoneComposer({ input, onSend }: Props) {
  const { t } = useTranslation('phone')
  const [text, setText] = useDraft('phone')

  const send = () => {
    const said = text.trim()
    if (said === '') return
    onSend(said)
    setText('')
    input.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }

  return (
    <div className="flex shrink-0 items-end gap-2 border-t border-line bg-surface px-3 pt-2.5 pb-3.5">
      <textarea
        ref={input}
        rows={1}
        dir="auto"
        enterKeyHint="send"
        maxLength={4096}
        aria-label={t('write.name')}
        placeholder={t('write.hint')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="field-sizing-content max-h-30 min-h-10 min-w-0 grow resize-none rounded-[20px] border border-line-control bg-surface px-3.5 py-2.25 text-md outline-none focus:outline-2 focus:-outline-offset-1 focus:outline-focus max-sm:text-lg"
      />
      <button
        type="button"
        aria-label={t('write.send')}
        title={t('write.send')}
        disabled={text.trim() === ''}
        onClick={send}
        className="grid size-10 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-hover disabled:bg-hover disabled:text-ink-3 max-sm:size-11"
      >
        <Icon as={SendHorizontal} className="flip" />
      </button>
    </div>
  )
}
