import { getRouteApi } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { Order } from './queries'

const route = getRouteApi('/signed-in/contacts')

type Search = { q?: string; order?: Order }

/** The list as the address says: what is searched for, and how it is sorted. */
export function useContactList() {
  const { q = '', order = 'activity' } = route.useSearch()
  const navigate = route.useNavigate()
  const change = useCallback(
    (part: { [K in keyof Search]?: Search[K] | undefined }) => {
      const search = (previous: Search): Search =>
        Object.fromEntries(Object.entries({ ...previous, ...part }).filter(([, value]) => value !== undefined))
      void navigate({ search, replace: true })
    },
    [navigate],
  )
  return { q, order, change }
}
