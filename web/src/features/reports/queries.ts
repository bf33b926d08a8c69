import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
} from '@tanstack/react-query'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import type { ReportedPage } from '../../api/types'
import { saveAs } from '../../lib/save-as'

/** The days of a report; without them it is the four weeks up to today. */
export type Days = { from?: string; to?: string }

/** A number that conversations stand behind. */
export type Metric = 'opened' | 'closed' | 'ai_alone' | 'with_person' | 'unanswered' | 'handed_off'

/** What happened in some days. */
export function useReport(days: Days) {
  return useQuery(
    queryOptions({
      queryKey: [resource.reports, days],
      queryFn: ({ signal }) => ask(api.GET('/api/reports', { params: { query: days }, signal })),
      placeholderData: keepPreviousData,
      staleTime: 60_000,
    }),
  )
}

/** The conversations behind a number, the newest first. */
export function useBehind(days: Days, metric: Metric, reason: string) {
  return useInfiniteQuery({
    ...infiniteQueryOptions({
      queryKey: [resource.reports, 'behind', days, metric, reason],
      queryFn: ({ pageParam, signal }): Promise<ReportedPage> => {
        const query = { ...days, metric, ...(reason && { reason }), ...(pageParam && { after: pageParam }) }
        return ask(api.GET('/api/reports/conversations', { params: { query }, signal }))
      },
      initialPageParam: '',
      getNextPageParam: (page: ReportedPage) => page.next ?? null,
    }),
    select: (data) => data.pages.flatMap((page) => page.items),
  })
}

/** Has the browser save the report as CSV. */
export function useSaveReport(days: Days) {
  return useMutation({
    mutationFn: () => ask(api.GET('/api/reports.csv', { params: { query: days }, parseAs: 'blob' })),
    onSuccess: (bytes) => saveAs(bytes, 'report.csv'),
  })
}
