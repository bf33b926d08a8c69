import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { useToast } from '../../ui/use-toast'
import { BehindPane } from './behind-pane'
import { ConversationLines } from './conversation-lines'
import { HeatMap } from './heat-map'
import { MessageBars } from './message-bars'
import { Numbers } from './numbers'
import { useReport, useSaveReport } from './queries'
import { RangePicker } from './range-picker'
import { ReasonBars } from './reason-bars'
import { useReportSearch } from './use-report-search'

/** What happened: numbers with their trend, charts, and the conversations behind them. */
export function ReportsPage() {
  const { t } = useTranslation('reports')
  const words = useProblemWords()
  const toast = useToast()
  const { days, metric, reason, change } = useReportSearch()
  const report = useReport(days)
  const take = useSaveReport(days)
  const shown = report.data
  const save = () =>
    take.mutate(undefined, {
      onError: (error) => toast({ text: t('export.failed', { why: words(error) }), failed: true }),
    })

  return (
    <div className="flex min-h-0 grow bg-canvas">
      <div className="flex min-h-0 min-w-0 grow flex-col">
        <PageHeader title={t('title')} about={shown && t('zone', { zone: shown.timeZone })}>
          <Button onClick={save} disabled={take.isPending}>
            <Icon as={Download} size={16} />
            {t('export.do')}
          </Button>
        </PageHeader>
        <main aria-busy={report.isFetching} className="relative min-h-0 grow overflow-y-auto p-4 sm:p-6">
          {report.isPending && (
            <div role="status" aria-label={t('loading', { ns: 'common' })} className="grid gap-4">
              <Skeleton className="h-24 w-full" />
              <Skeleton className="h-72 w-full" />
            </div>
          )}
          {report.isError && (
            <ErrorBox
              title={t('failed')}
              action={{
                name: t('tryAgain', { ns: 'common' }),
                run: () => void report.refetch(),
              }}
            >
              {words(report.error)}
            </ErrorBox>
          )}
          {shown && (
            <div className="grid gap-4">
              <RangePicker from={shown.from} to={shown.to} onChange={change} />
              <Numbers report={shown} onOpen={(opened) => change({ metric: opened, reason: undefined })} />
              {shown.sampled && <p className="text-ink-3">{t('sampled')}</p>}
              {shown.totals.customer + shown.totals.opened === 0 ? (
                <EmptyState title={t('empty.title')}>{t('empty.about')}</EmptyState>
              ) : (
                <div className="grid gap-4 lg:grid-cols-3">
                  <MessageBars days={shown.days} />
                  <ReasonBars
                    reasons={shown.handOffs}
                    onOpen={(name) => change({ metric: 'handed_off', reason: name || undefined })}
                  />
                  <ConversationLines days={shown.days} />
                  <HeatMap hours={shown.hours} />
                </div>
              )}
            </div>
          )}
        </main>
      </div>
      {metric && (
        <BehindPane
          key={`${metric} ${reason}`}
          days={days}
          metric={metric}
          reason={reason}
          onClose={() => change({ metric: undefined, reason: undefined })}
        />
      )}
    </div>
  )
}
