import { BookOpen, Inbox, Smartphone, Settings, UserRound, type LucideIcon } from 'lucide-react'

/** A page one can go to from everywhere. */
export type Place = {
  to: '/inbox' | '/knowledge' | '/phone' | '/settings' | '/account'
  name: 'inbox' | 'knowledge' | 'phone' | 'settings' | 'account'
  icon: LucideIcon
}

/** The pages of the rail, in their order. */
export const places: readonly Place[] = [
  { to: '/inbox', name: 'inbox', icon: Inbox },
  { to: '/knowledge', name: 'knowledge', icon: BookOpen },
  { to: '/phone', name: 'phone', icon: Smartphone },
  { to: '/settings', name: 'settings', icon: Settings },
]

/** On a phone the account is a place of its own; on the rail it is a menu. */
export const accountPlace: Place = { to: '/account', name: 'account', icon: UserRound }
