import { Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useKeys } from '../../lib/use-keys'
import { Icon } from '../../ui/icon'

const pauseMs = 200 // after the last letter, before the list is asked

type Props = { value: string; onSearch: (q: string) => void }

/** Searches contacts by name, username and number. */
export function ContactSearch({ value, onSearch }: Props) {
  const { t } = useTranslation('contacts')
  const [text, setText] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => input.current?.focus() })

  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onSearch(text), pauseMs)
    return () => clearTimeout(timer)
  }, [text, value, onSearch])

  return (
    <div
      role="search"
      className="flex h-8 touch min-w-0 grow items-center gap-2 rounded-control border border-line-strong bg-surface px-2 text-ink-3 has-focus:outline-2 has-focus:-outline-offset-1 has-focus:outline-focus sm:max-w-80"
    >
      <Icon as={Search} size={16} />
      <input
        ref={input}
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-full min-w-0 grow bg-transparent text-ink outline-none max-sm:text-lg"
      />
    </div>
  )
}
