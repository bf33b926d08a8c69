import { useTranslation } from 'react-i18next'
import { Skeleton } from '../../ui/skeleton'

/** The page while what the AI knows is read for the first time. */
export function DocumentSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('loading')}>
      <div className="border-b border-line bg-sunken px-4 py-4 sm:px-6">
        <Skeleton className="h-10 w-full rounded-control" />
      </div>
      {Array.from({ length: 5 }, (_, i) => (
        <div key={i} className="flex h-11 items-center gap-6 border-b border-line px-4 sm:px-6">
          <Skeleton className="h-2.5 w-1/3" />
          <Skeleton className="h-2.5 w-16" />
        </div>
      ))}
    </div>
  )
}
