import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useKeys } from '../../lib/use-keys'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { Kbd } from '../../ui/kbd'
import { useInbox } from './use-inbox'

const pauseMs = 200 // after the last letter, before the list is asked

/** Searches names and messages; what is searched for stands in the address. */
export function SearchField() {
  const { t } = useTranslation('inbox')
  const { q, change } = useInbox()
  const [text, setText] = useState(q)
  const input = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => input.current?.focus() })

  useEffect(() => {
    if (text === q) return
    // Who begins to search searches everything; the tabs then narrow what was found.
    const part = q === '' ? { q: text, view: undefined } : { q: text || undefined, at: undefined }
    const timer = setTimeout(() => change(part), pauseMs)
    return () => clearTimeout(timer)
  }, [text, q, change])

  return (
    <div role="search" className="shrink-0 border-b border-line px-4 py-3">
      <div className="flex h-8 touch items-center gap-2 rounded-control border border-line-strong bg-surface px-2 text-ink-3 has-focus:outline-2 has-focus:-outline-offset-1 has-focus:outline-focus">
        <Icon as={Search} size={16} />
        <input
          ref={input}
          type="search"
          aria-label={t('search.name')}
          aria-keyshortcuts="/"
          placeholder={t('search.name')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && (text ? setText('') : input.current?.blur())}
          className="h-full min-w-0 grow bg-transparent text-ink outline-none max-sm:text-lg [&::-webkit-search-cancel-button]:hidden"
        />
        {text ? (
          <IconButton name={t('search.clear')} onClick={() => setText('')} className="-me-1.5 size-7">
            <Icon as={X} size={16} />
          </IconButton>
        ) : (
          <Kbd>/</Kbd>
        )}
      </div>
    </div>
  )
}
