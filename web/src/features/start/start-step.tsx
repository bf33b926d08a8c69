import clsx from 'clsx'
import { Check } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../ui/icon'

type Props = {
  number: number
  title: string
  about: string
  done: boolean
  open: boolean
  onOpen: () => void
  children: ReactNode
}

/** One step: a line that opens to what is to be done. */
export function StartStep({ number, title, about, done, open, onOpen, children }: Props) {
  const { t } = useTranslation('start')
  const id = useId()
  return (
    <li className="not-first:border-t not-first:border-line">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={onOpen}
          className="flex w-full items-center gap-3 p-4 text-start hover:bg-hover"
        >
          <span
            aria-hidden="true"
            className={clsx(
              'grid size-6 shrink-0 place-items-center rounded-full text-xs font-semibold',
              done ? 'bg-good-soft text-good-text' : 'bg-hover text-ink-2',
            )}
          >
            {done ? <Icon as={Check} size={14} /> : number}
          </span>
          <span className="min-w-0 grow">
            <span className="block font-semibold">{title}</span>
            <span className="block text-ink-2">{about}</span>
          </span>
          {done && <span className="sr-only">{t('done')}</span>}
        </button>
      </h2>
      <div id={id} hidden={!open} className="px-4 pb-4 sm:ps-13">
        {open && <div className="grid gap-3">{children}</div>}
      </div>
    </li>
  )
}
