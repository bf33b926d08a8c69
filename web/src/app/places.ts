import { BookOpen, ChartColumn, Inbox, Settings, Smartphone, UserRound, Users, type LucideIcon } from 'lucide-react'

/** A page one can go to from everywhere. */
export type Place = {
  to: '/inbox' | '/contacts' | '/knowledge' | '/reports' | '/phone' | '/settings' | '/account'
  name: 'inbox' | 'contacts' | 'knowledge' | 'reports' | 'phone' | 'settings' | 'account'
  icon: LucideIcon
  /** After G, the key that leads there. */
  key?: string
}

/** The pages of the rail, in their order. */
export const places: readonly Place[] = [
  { to: '/inbox', name: 'inbox', key: 'i', icon: Inbox },
  { to: '/contacts', name: 'contacts', key: 'c', icon: Users },
  { to: '/knowledge', name: 'knowledge', key: 'k', icon: BookOpen },
  { to: '/reports', name: 'reports', key: 'r', icon: ChartColumn },
  { to: '/phone', name: 'phone', key: 'p', icon: Smartphone },
  { to: '/settings', name: 'settings', key: 's', icon: Settings },
]

/** On a phone these have a place of their own; the others are behind "More". */
export const phonePlaces = places.filter(({ name }) => ['inbox', 'contacts', 'knowledge', 'phone'].includes(name))

/** On a phone the account is a place of its own; on the rail it is a menu. */
export const accountPlace: Place = { to: '/account', name: 'account', icon: UserRound }
