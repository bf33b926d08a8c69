import { getRouteApi } from '@tanstack/react-router'
import { useCallback } from 'react'

const route = getRouteApi('/signed-in/knowledge')

/** The page as the address says: which question is tried, and which document is open. */
export function useKnowledge() {
  const { q = '', document } = route.useSearch()
  const navigate = route.useNavigate()

  /** Changes a part of the address; undefined takes a part out. */
  const change = useCallback(
    (part: { q?: string | undefined; document?: string | undefined }) => {
      const search = (previous: { q?: string; document?: string }) => {
        const all = Object.entries({ ...previous, ...part })
        return Object.fromEntries(all.filter(([, value]) => value !== undefined))
      }
      void navigate({ search, replace: true })
    },
    [navigate],
  )

  return { q, document, change }
}
