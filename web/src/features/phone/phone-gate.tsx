import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useProblemWords } from '../../api/use-problem-words'
import { ErrorBox } from '../../ui/error-box'
import { Skeleton } from '../../ui/skeleton'
import { PhoneOff } from './phone-off'
import { usePhoneState } from './queries'

type Props = { children: ReactNode }

/** Shows the phone where there is one, and else the reason why not. */
export function PhoneGate({ children }: Props) {
  const { t } = useTranslation('phone')
  const words = useProblemWords()
  const state = usePhoneState()
  if (state.data) return state.data.enabled ? children : <PhoneOff reason={state.data.reason} />
  if (state.isPending) {
    return (
      <div role="status" aria-label={t('loading', { ns: 'common' })} className="m-auto grid w-80 max-w-full gap-3 p-6">
        <Skeleton className="h-10 w-full rounded-card" />
        <Skeleton className="h-60 w-full rounded-card" />
      </div>
    )
  }
  const { status } = asProblem(state.error)
  if (status === 403 || status === 404) return <PhoneOff reason={words(state.error)} />
  return (
    <div className="m-auto w-full max-w-110 p-6">
      <ErrorBox title={t('failed')} action={{ name: t('tryAgain', { ns: 'common' }), run: () => void state.refetch() }}>
        {words(state.error)}
      </ErrorBox>
    </div>
  )
}
