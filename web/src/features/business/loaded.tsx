import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tenant } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { ErrorBox } from '../../ui/error-box'
import { RowsSkeleton } from '../../ui/rows'
import { useTenant } from './queries'

/** Shows something of the workspace once it is there. What is being typed is not replaced when it changes elsewhere. */
export function Loaded({ children }: { children: (tenant: Tenant) => ReactNode }) {
  const { t } = useTranslation('business')
  const words = useProblemWords()
  const tenant = useTenant()
  if (tenant.data) return children(tenant.data)
  if (tenant.isPending) return <RowsSkeleton />
  return (
    <ErrorBox title={t('failed')} action={{ name: t('tryAgain', { ns: 'common' }), run: () => void tenant.refetch() }}>
      {words(tenant.error)}
    </ErrorBox>
  )
}
