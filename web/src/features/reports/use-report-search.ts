import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { Metric } from './queries'

const route = getRouteApi('/signed-in/reports')

type Search = { from?: string; to?: string; metric?: Metric; reason?: string }

/** The report as the address says: its days, and the number that is looked behind. */
export function useReportSearch() {
  const { from, to, metric, reason = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const days = useMemo(() => ({ ...(from && { from }), ...(to && { to }) }), [from, to])
  const change = useCallback(
    (part: { [K in keyof Search]?: Search[K] | undefined }) => {
      const search = (previous: Search): Search =>
        Object.fromEntries(Object.entries({ ...previous, ...part }).filter(([, value]) => value !== undefined))
      void navigate({ search, replace: true })
    },
    [navigate],
  )
  return { days, metric, reason, change }
}
