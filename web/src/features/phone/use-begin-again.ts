import { useTranslation } from 'react-i18next'
import { useProblemWords } from '../../api/use-problem-words'
import { useToast } from '../../ui/use-toast'
import { useStartOver } from './queries'

/** Starts over as a new customer, and says so. */
export function useBeginAgain(): { begin: () => void; busy: boolean } {
  const { t } = useTranslation('phone')
  const words = useProblemWords()
  const toast = useToast()
  const startOver = useStartOver()
  const begin = () =>
    startOver.mutate(undefined, {
      onSuccess: () => toast({ text: t('again.done') }),
      onError: (error) => toast({ text: t('again.failed', { why: words(error) }), failed: true }),
    })
  return { begin, busy: startOver.isPending }
}
