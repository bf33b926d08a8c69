import { Download, Upload } from 'lucide-react'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { PageHeader } from '../../ui/page-header'
import { Segments } from '../../ui/segments'
import { Skeleton } from '../../ui/skeleton'
import { useToast } from '../../ui/use-toast'
import { ContactSearch } from './contact-search'
import { ContactTable } from './contact-table'
import { ImportDialog } from './import-dialog'
import { useContacts, useExport } from './queries'
import { useContactList } from './use-contact-list'

/** Everybody who wrote, or was brought along from elsewhere. */
export function ContactsPage() {
  const { t } = useTranslation('contacts')
  const words = useProblemWords()
  const toast = useToast()
  const may = useMay('contacts:write')
  const { q, order, change } = useContactList()
  const list = useContacts(order, q)
  const take = useExport()
  const [importing, setImporting] = useState(false)
  const search = useCallback((text: string) => change({ q: text || undefined }), [change])
  const save = () =>
    take.mutate(undefined, {
      onError: (error) => toast({ text: t('export.failed', { why: words(error) }), failed: true }),
    })

  return (
    <div className="flex min-h-0 grow flex-col bg-surface">
      <PageHeader title={t('title')}>
        {may && (
          <Button onClick={() => setImporting(true)}>
            <Icon as={Upload} size={16} />
            {t('import.open')}
          </Button>
        )}
        <Button onClick={save} disabled={take.isPending}>
          <Icon as={Download} size={16} />
          {t('export.do')}
        </Button>
      </PageHeader>
      <main className="min-h-0 grow overflow-y-auto">
        <div className="flex flex-wrap items-center gap-3 px-4 py-3 sm:px-6">
          <ContactSearch value={q} onSearch={search} />
          <Segments
            name={t('order.name')}
            value={order}
            options={[
              { value: 'activity', name: t('order.activity') },
              { value: 'name', name: t('order.byName') },
            ]}
            onChange={(value) => change({ order: value === 'activity' ? undefined : value })}
          />
        </div>
        {list.isPending && (
          <div role="status" aria-label={t('loading', { ns: 'common' })} className="grid gap-6 px-6 py-4">
            {[0, 1, 2, 3, 4, 5].map((i) => (
              <Skeleton key={i} />
            ))}
          </div>
        )}
        {list.isError && (
          <div className="px-4 sm:px-6">
            <ErrorBox
              title={t('failed')}
              action={{ name: t('tryAgain', { ns: 'common' }), run: () => void list.refetch() }}
            >
              {words(list.error)}
            </ErrorBox>
          </div>
        )}
        {list.data?.length === 0 && (
          <EmptyState
            title={q ? t('none.title', { q }) : t('empty.title')}
            action={!q && may && <Button onClick={() => setImporting(true)}>{t('import.open')}</Button>}
          >
            {q ? t('none.about') : t('empty.about')}
          </EmptyState>
        )}
        {list.data && list.data.length > 0 && (
          <ContactTable
            contacts={list.data}
            more={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
            busy={list.isFetchingNextPage}
          />
        )}
      </main>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </div>
  )
}
