import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from './icon'
import { IconButton } from './icon-button'

type Props = {
  title: string
  /** What it is about, in a sentence under the title. */
  about?: ReactNode
  open: boolean
  onClose: () => void
  children: ReactNode
  wide?: boolean
}

/** A window over the page. Escape, the cross and a click beside it close it. */
export function Dialog({ title, about, open, onClose, children, wide = false }: Props) {
  const { t } = useTranslation()
  return (
    <Radix.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 appear bg-scrim" />
        <Radix.Content
          {...(about ? {} : { 'aria-describedby': undefined })}
          className={`fixed inset-x-0 bottom-0 z-50 m-auto flex max-h-[92dvh] w-full appear flex-col rounded-t-bubble border border-line bg-raised shadow-high outline-none sm:inset-0 sm:h-fit sm:rounded-bubble ${wide ? 'sm:max-w-160' : 'sm:max-w-105'}`}
        >
          <header className="flex items-start gap-2 ps-5 pe-3 pt-4 pb-1">
            <div className="min-w-0 grow">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {about && <Radix.Description className="mt-0.5 text-sm text-ink-2">{about}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton name={t('close')}>
                <Icon as={X} />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 overflow-y-auto px-5 pt-3 pb-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
