import { Search } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useEffect, useId, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '../../api/types'
import { Icon } from '../../ui/icon'
import { Kbd } from '../../ui/kbd'
import type { Command } from './command'
import { PaletteRow } from './palette-row'
import { useCommands } from './use-commands'

const pauseMs = 150 // after the last letter, before the server is asked

type Props = { session: Session; onClose: () => void; onKeys: () => void }

/** One field that leads everywhere and does everything: pages, conversations, documents, and what can be done here. */
export function Palette({ session, onClose, onKeys }: Props) {
  const { t } = useTranslation('palette')
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 appear bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-x-0 top-0 z-50 mx-auto flex max-h-[92dvh] w-full appear flex-col border border-line bg-raised shadow-high outline-none sm:top-[12dvh] sm:max-h-[70dvh] sm:max-w-160 sm:rounded-bubble"
        >
          <Radix.Title className="sr-only">{t('title')}</Radix.Title>
          <Finder session={session} onClose={onClose} onKeys={onKeys} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Finder({ session, onClose, onKeys }: Props) {
  const { t } = useTranslation('palette')
  const list = useId()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const sought = useLater(typed.trim(), pauseMs)
  const groups = useCommands({ session, typed, sought, onKeys })
  const all = groups.flatMap(({ commands }) => commands)
  const chosen = Math.min(at, all.length - 1)
  const idOf = (n: number) => `${list}-${n}`

  const run = (command: Command | undefined) => {
    if (!command) return
    onClose()
    command.run()
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) setAt((chosen + step + all.length) % Math.max(all.length, 1))
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) run(all[chosen])
    else return
    event.preventDefault()
  }
  useEffect(() => document.getElementById(`${list}-${chosen}`)?.scrollIntoView({ block: 'nearest' }), [list, chosen])

  let n = 0
  return (
    <>
      <div className="flex h-13 shrink-0 items-center gap-3 border-b border-line px-4">
        <Icon as={Search} className="text-ink-3" />
        <input
          role="combobox"
          aria-label={t('title')}
          aria-expanded
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={all.length > 0 ? idOf(chosen) : undefined}
          placeholder={t('placeholder')}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setAt(0)
          }}
          onKeyDown={press}
          className="h-full min-w-0 grow bg-transparent text-md outline-none max-sm:text-lg"
        />
      </div>
      <div id={list} role="listbox" aria-label={t('title')} className="min-h-0 grow overflow-y-auto px-2 pb-2">
        {groups.map(({ name, commands }) => (
          <div key={name} role="group" aria-label={name}>
            <p aria-hidden="true" className="px-2 pt-3 pb-1 text-2xs font-semibold text-ink-2">
              {name}
            </p>
            {commands.map((command) => {
              const place = n++
              return (
                <PaletteRow
                  key={command.id}
                  id={idOf(place)}
                  command={command}
                  typed={typed}
                  chosen={place === chosen}
                  onPoint={() => setAt(place)}
                  onRun={() => run(command)}
                />
              )
            })}
          </div>
        ))}
        {all.length === 0 && <p className="px-2 py-6 text-center text-ink-2">{t('nothing', { typed })}</p>}
      </div>
      <footer className="flex h-9 shrink-0 items-center gap-4 border-t border-line px-4 text-2xs text-ink-3 max-md:hidden">
        <span className="flex items-center gap-1">
          <Kbd>↑</Kbd> <Kbd>↓</Kbd> {t('move')}
        </span>
        <span className="flex items-center gap-1">
          <Kbd>↵</Kbd> {t('run')}
        </span>
        <span className="ms-auto flex items-center gap-1">
          <Kbd>{t('escape')}</Kbd> {t('leave')}
        </span>
      </footer>
    </>
  )
}

// useLater gives a value once it has not changed for a while.
function useLater(value: string, ms: number): string {
  const [later, setLater] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return later
}
