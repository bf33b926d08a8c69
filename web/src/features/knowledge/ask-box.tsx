import { Search, X } from 'lucide-react'
import { useRef, useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useKeys } from '../../lib/use-keys'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { FindingView } from './finding-view'
import { useKnowledge } from './use-knowledge'

/** Tries a question: what would the AI find, and what would it answer? */
export function AskBox() {
  const { t } = useTranslation('knowledge')
  const { q, change } = useKnowledge()
  const [text, setText] = useState(q)
  const input = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => input.current?.focus() })

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    change({ q: text.trim() || undefined })
  }
  const clear = () => {
    setText('')
    change({ q: undefined })
    input.current?.focus()
  }

  return (
    <section aria-label={t('ask.name')} className="shrink-0 border-b border-line bg-sunken px-4 py-4 sm:px-6">
      <form role="search" onSubmit={submit}>
        <div className="flex h-10 items-center gap-2 rounded-control border border-line-strong bg-surface ps-3 pe-1 text-ink-3 has-focus:outline-2 has-focus:-outline-offset-1 has-focus:outline-focus max-sm:h-12">
          <Icon as={Search} size={16} />
          <input
            ref={input}
            type="search"
            enterKeyHint="search"
            aria-label={t('ask.name')}
            aria-keyshortcuts="/"
            placeholder={t('ask.hint')}
            maxLength={1000}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && (text ? clear() : input.current?.blur())}
            className="h-full min-w-0 grow bg-transparent text-md text-ink outline-none max-sm:text-lg [&::-webkit-search-cancel-button]:hidden"
          />
          {text && (
            <IconButton name={t('ask.clear')} onClick={clear}>
              <Icon as={X} size={16} />
            </IconButton>
          )}
          <button
            type="submit"
            disabled={text.trim() === ''}
            className="inline-flex h-8 touch shrink-0 items-center gap-1.5 rounded-control px-2 text-xs font-medium text-accent-text hover:bg-hover disabled:text-ink-3"
          >
            {t('ask.do')}
          </button>
        </div>
      </form>
      {q && <FindingView q={q} />}
    </section>
  )
}
