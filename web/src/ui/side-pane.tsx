import { X } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from './icon'
import { IconButton } from './icon-button'

type Props = {
  title: string
  /** What stands before the title. */
  mark?: ReactNode
  /** What stands after it. */
  tag?: ReactNode
  onClose: () => void
  children: ReactNode
}

/** The third column on a wide screen; on a smaller one it lies over the page. */
export function SidePane({ title, mark, tag, onClose, children }: Props) {
  const { t } = useTranslation()
  const pane = useRef<HTMLElement>(null)

  useEffect(() => {
    const from = document.activeElement
    pane.current?.focus({ preventScroll: true })
    return () => {
      if (from instanceof HTMLElement && from.isConnected) from.focus({ preventScroll: true })
    }
  }, [])

  return (
    <>
      <button
        type="button"
        tabIndex={-1}
        aria-hidden="true"
        onClick={onClose}
        className="fixed inset-0 z-20 bg-scrim xl:hidden"
      />
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside */}
      <aside
        ref={pane}
        tabIndex={-1}
        aria-label={title}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
        className="fixed inset-y-0 end-0 z-30 flex w-full appear flex-col border-s border-line bg-surface outline-none max-xl:shadow-high sm:w-102 xl:static xl:z-0 xl:shrink-0"
      >
        <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line ps-4 pe-2">
          {mark}
          <h2 className="truncate text-md font-semibold">{title}</h2>
          {tag}
          <IconButton name={t('close')} onClick={onClose} className="ms-auto">
            <Icon as={X} />
          </IconButton>
        </header>
        {children}
      </aside>
    </>
  )
}
