import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useProblemWords } from '../../api/use-problem-words'
import { contactName } from '../../lib/contact-name'
import { ErrorBox } from '../../ui/error-box'
import { LoadMore } from '../../ui/load-more'
import { SidePane } from '../../ui/side-pane'
import { Skeleton } from '../../ui/skeleton'
import { TimeAgo } from '../../ui/time-ago'
import { useBehind, type Days, type Metric } from './queries'

type Props = { days: Days; metric: Metric; reason: string; onClose: () => void }

/** The conversations behind a number. */
export function BehindPane({ days, metric, reason, onClose }: Props) {
  const { t } = useTranslation('reports')
  const words = useProblemWords()
  const list = useBehind(days, metric, reason)
  return (
    <SidePane title={t(`metric.${metric}`)} onClose={onClose}>
      <div className="min-h-0 grow overflow-y-auto p-2">
        {list.isPending && (
          <div role="status" aria-label={t('loading', { ns: 'common' })} className="grid gap-5 p-3">
            {[0, 1, 2, 3].map((i) => (
              <Skeleton key={i} />
            ))}
          </div>
        )}
        {list.isError && <ErrorBox title={t('behind.failed')}>{words(list.error)}</ErrorBox>}
        {list.data?.length === 0 && <p className="p-3 text-ink-2">{t('behind.none')}</p>}
        <ul>
          {list.data?.map((one) => (
            <li key={`${one.conversationId} ${one.episode} ${one.at}`}>
              <Link
                to="/inbox/$conversationId"
                params={{ conversationId: one.conversationId }}
                className="flex touch items-center justify-between gap-3 rounded-chip px-3 py-2 hover:bg-hover"
              >
                <bdi className="truncate font-medium">{contactName(one.contact) || t('behind.unknown')}</bdi>
                <TimeAgo at={one.at} className="shrink-0 text-ink-3" />
              </Link>
            </li>
          ))}
        </ul>
        {list.hasNextPage && (
          <LoadMore name={t('behind.more')} busy={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
        )}
      </div>
    </SidePane>
  )
}
