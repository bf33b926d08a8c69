import { Check, CircleAlert, X } from 'lucide-react'
import { Toast } from 'radix-ui'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from './icon'
import { ToastContext, type Notice } from './use-toast'

type Props = { children: ReactNode }

/**
 * Shows what has just been done, with a way to undo it when there is one: where nobody writes, at the top of a phone
 * and in the corner of everything wider.
 */
export function Toasts({ children }: Props) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<readonly (Notice & { id: number })[]>([])
  const show = (notice: Notice) => setShown((all) => [...all.slice(-2), { ...notice, id: (all.at(-1)?.id ?? 0) + 1 }])
  const drop = (id: number) => setShown((all) => all.filter((one) => one.id !== id))
  return (
    <ToastContext value={show}>
      <Toast.Provider label={t('toast.name')} duration={8000}>
        {children}
        {shown.map((one) => (
          <Toast.Root
            key={one.id}
            type={one.failed ? 'foreground' : 'background'}
            onOpenChange={(open) => !open && drop(one.id)}
            className="flex appear items-center gap-2 rounded-card bg-ink px-3 py-2 text-surface shadow-high"
          >
            <Icon as={one.failed ? CircleAlert : Check} size={16} />
            <Toast.Title className="min-w-0 grow text-sm">{one.text}</Toast.Title>
            {one.undo && (
              <Toast.Action
                altText={t('undo')}
                onClick={one.undo}
                className="h-7 touch rounded-control px-2 font-semibold underline-offset-4 hover:underline"
              >
                {t('undo')}
              </Toast.Action>
            )}
            <Toast.Close aria-label={t('close')} className="grid size-7 touch place-items-center rounded-control">
              <Icon as={X} size={16} />
            </Toast.Close>
          </Toast.Root>
        ))}
        <Toast.Viewport
          label={t('toast.name')}
          className="fixed inset-x-3 top-3 z-60 m-auto grid max-w-110 gap-2 outline-none sm:start-21 sm:end-auto sm:top-auto sm:bottom-3 sm:m-0 sm:w-84"
        />
      </Toast.Provider>
    </ToastContext>
  )
}
