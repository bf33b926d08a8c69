import { BookOpen, ChartColumn, Inbox, Smartphone, UserRound, Users, type LucideIcon } from 'lucide-react'

/** A page one can go to from everywhere. */
export type Place = {
  to: '/inbox' | '/contacts' | '/knowledge' | '/reports' | '/phone' | '/account'
  name: 'inbox' | 'contacts' | 'knowledge' | 'reports' | 'phone' | 'account'
  icon: LucideIcon
}

/** The pages of the rail, in their order. */
export const places: readonly Place[] = [
  { to: '/inbox', name: 'inbox', icon: Inbox },
  { to: '/contacts', name: 'contacts', icon: Users },
  { to: '/knowledge', name: 'knowledge', icon: BookOpen },
  { to: '/reports', name: 'reports', icon: ChartColumn },
  { to: '/phone', name: 'phone', icon: Smartphone },
]

/** On a phone the account is a place of its own; on the rail it is a menu. */
export const accountPlace: Place = { to: '/account', name: 'account', icon: UserRound }
