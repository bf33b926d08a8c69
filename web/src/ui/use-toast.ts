import { createContext, use } from 'react'

/** What a toast says. */
export type Notice = {
  text: string
  /** Takes back what was done. */
  undo?: () => void
  failed?: boolean
}

export const ToastContext = createContext<(notice: Notice) => void>(() => undefined)

/** A function that shows a toast. */
export function useToast(): (notice: Notice) => void {
  return use(ToastContext)
}
