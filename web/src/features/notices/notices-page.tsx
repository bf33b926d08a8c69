import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import { useProblemWords } from '../../api/use-problem-words'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { LoadMore } from '../../ui/load-more'
import { Row, Rows, RowsSkeleton } from '../../ui/rows'
import { Section } from '../../ui/section'
import { SettingsPage } from '../../ui/settings-page'
import { Tag } from '../../ui/tag'
import { TimeAgo } from '../../ui/time-ago'

const pageSize = 50
const looks = { info: 'neutral', warning: 'warn', critical: 'danger' } as const

function useNotices() {
  return useInfiniteQuery({
    queryKey: [resource.channels, 'events'],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: pageSize, ...(pageParam && { after: pageParam }) }
      return ask(api.GET('/api/channels/events', { params: { query }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? null,
    select: (data) => data.pages.flatMap((page) => page.items),
  })
}

/** What Meta told about the account, its numbers and its templates. */
export function NoticesPage() {
  const { t } = useTranslation('notices')
  const words = useProblemWords()
  const notices = useNotices()
  const all = notices.data
  return (
    <SettingsPage title={t('title')}>
      <Section title={t('list')} about={t('about')}>
        {notices.isPending && <RowsSkeleton />}
        {notices.isError && (
          <ErrorBox
            title={t('failed')}
            action={{ name: t('tryAgain', { ns: 'common' }), run: () => void notices.refetch() }}
          >
            {words(notices.error)}
          </ErrorBox>
        )}
        {all?.length === 0 && <EmptyState title={t('empty')}>{t('emptyAbout')}</EmptyState>}
        {all && all.length > 0 && (
          <Rows name={t('list')}>
            {all.map((notice) => (
              <Row key={notice.id}>
                <div className="grid min-w-0 grow gap-0.5">
                  <p className="flex flex-wrap items-center gap-2">
                    <Tag kind={looks[notice.severity]}>{t(`severity.${notice.severity}`)}</Tag>
                    <span className="font-medium">{t(`about_.${subjectOf(notice.field)}`)}</span>
                    <bdi className="min-w-0 truncate text-ink-2">{notice.subject}</bdi>
                    <TimeAgo at={notice.at} className="ms-auto text-ink-3" />
                  </p>
                  <p dir="auto" className="break-words text-ink-2">
                    {notice.detail}
                  </p>
                </div>
              </Row>
            ))}
          </Rows>
        )}
        {notices.hasNextPage && (
          <LoadMore name={t('more')} busy={notices.isFetchingNextPage} onMore={() => void notices.fetchNextPage()} />
        )}
      </Section>
    </SettingsPage>
  )
}

// Meta's name of a field begins with what it is about.
function subjectOf(field: string): 'template' | 'number' | 'account' {
  if (field.startsWith('message_template') || field.startsWith('template')) return 'template'
  return field.startsWith('phone_number') ? 'number' : 'account'
}
