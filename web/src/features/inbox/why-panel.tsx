import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Trace } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { AiMark } from '../../ui/ai-mark'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { SidePane } from '../../ui/side-pane'
import { Skeleton } from '../../ui/skeleton'
import { Tag } from '../../ui/tag'
import { useTrace } from './queries'
import { WhyChecks } from './why-checks'
import { WhyFacts } from './why-facts'
import { WhyPassages } from './why-passages'
import { WhyTimes } from './why-times'

type Props = { messageId: string; onClose: () => void }

/** Why the AI said this: what it understood, what it found, how long it took, what was checked, what it cost. */
export function WhyPanel({ messageId, onClose }: Props) {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const trace = useTrace(messageId)
  const grounded = trace.data?.passages.some((passage) => passage.used)
  return (
    <SidePane
      title={t('why.title')}
      mark={<AiMark size={18} />}
      tag={
        grounded && (
          <Tag kind="good">
            <Icon as={Check} size={12} />
            {t('why.grounded')}
          </Tag>
        )
      }
      onClose={onClose}
    >
      <div className="min-h-0 grow overflow-y-auto *:border-b *:border-line *:px-4 *:py-3 *:last:border-b-0">
        {trace.isPending && <Waiting />}
        {trace.isError && (
          <div>
            <ErrorBox
              title={t('why.failed')}
              action={{ name: t('tryAgain', { ns: 'common' }), run: () => void trace.refetch() }}
            >
              {words(trace.error)}
            </ErrorBox>
          </div>
        )}
        {trace.data && (
          <>
            <Understood trace={trace.data} />
            <WhyPassages trace={trace.data} />
            <WhyTimes trace={trace.data} />
            <WhyChecks trace={trace.data} />
            <WhyFacts trace={trace.data} />
          </>
        )}
      </div>
    </SidePane>
  )
}

function Understood({ trace }: { trace: Trace }) {
  const { t, i18n } = useTranslation('inbox')
  const two = new Intl.NumberFormat(i18n.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return (
    <section>
      <h3 className="mb-1 text-xs font-semibold">{t('why.question')}</h3>
      <p className="text-xs text-ink-2">
        <q dir="auto" className="whitespace-pre-wrap">
          {trace.question}
        </q>{' '}
        <span className="text-ink-3">
          {t('why.confidence', { confidence: two.format(trace.confidence), threshold: two.format(trace.threshold) })}
        </span>
      </p>
    </section>
  )
}

function Waiting() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('loading')} className="grid gap-3">
      <Skeleton className="h-3 w-1/3" />
      <Skeleton className="h-16 w-full" />
      <Skeleton className="h-16 w-full" />
    </div>
  )
}
