import { useTranslation } from 'react-i18next'
import { Skeleton } from '../../ui/skeleton'

/** A thread while it is read for the first time. */
export function ThreadSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('loading')} className="flex grow flex-col justify-end gap-3 p-6">
      <Skeleton className="h-10 w-2/5 rounded-bubble" />
      <Skeleton className="h-16 w-1/2 self-end rounded-bubble" />
      <Skeleton className="h-10 w-1/3 rounded-bubble" />
      <Skeleton className="h-10 w-2/5 self-end rounded-bubble" />
    </div>
  )
}
