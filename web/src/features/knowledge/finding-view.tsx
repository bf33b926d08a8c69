import { Link } from '@tanstack/react-router'
import { CornerUpRight, FileText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Finding, Hit } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { AiMark } from '../../ui/ai-mark'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { SaidText } from '../../ui/said-text'
import { ScoreBar } from '../../ui/score-bar'
import { Skeleton } from '../../ui/skeleton'
import { useFinding } from './queries'

type Props = { q: string }

/** What the AI would answer to a question, and the passages it would answer from. */
export function FindingView({ q }: Props) {
  const { t } = useTranslation('knowledge')
  const words = useProblemWords()
  const finding = useFinding(q)
  if (finding.isError) {
    return (
      <div className="pt-4">
        <ErrorBox
          title={t('finding.failed')}
          action={{ name: t('tryAgain', { ns: 'common' }), run: () => void finding.refetch() }}
        >
          {words(finding.error)}
        </ErrorBox>
      </div>
    )
  }
  return (
    <div aria-live="polite" className="grid gap-x-8 gap-y-4 pt-4 lg:grid-cols-[2fr_3fr]">
      {finding.data ? (
        <>
          <WouldSay finding={finding.data} />
          <Passages hits={finding.data.hits} />
        </>
      ) : (
        <div role="status" aria-label={t('loading', { ns: 'common' })} className="contents">
          <Skeleton className="h-24 w-full rounded-bubble" />
          <Skeleton className="h-24 w-full rounded-card" />
        </div>
      )}
    </div>
  )
}

function WouldSay({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation('knowledge')
  const confidence = new Intl.NumberFormat(i18n.language, { style: 'percent' }).format(finding.confidence)
  return (
    <section className="min-w-0">
      <h2 className="mb-2 text-xs font-semibold">
        {finding.answered ? t('finding.would') : t('finding.wouldNot')}{' '}
        <span className="font-normal text-ink-3">{t('finding.confidence', { confidence })}</span>
      </h2>
      {finding.answered ? (
        <div className="rounded-bubble rounded-ee-chip border border-ai-line bg-ai-soft px-3 py-2 text-md">
          <p className="mb-0.5 flex items-center gap-1.5 text-2xs font-semibold text-ai-text">
            <AiMark size={14} />
            {t('ai', { ns: 'common' })}
          </p>
          <SaidText text={finding.answer} />
          {finding.source && (
            <p className="mt-1 flex items-center gap-1.5 text-xs text-ink-2">
              <Icon as={FileText} size={14} />
              <span>
                {t('finding.from')} <bdi>{finding.source}</bdi>
              </span>
            </p>
          )}
        </div>
      ) : (
        <div className="flex gap-3 rounded-card border border-line bg-surface px-3 py-2 text-xs text-ink-2">
          <Icon as={CornerUpRight} size={16} className="flip text-ink-3" />
          <p>{finding.hits.length > 0 ? t('finding.notSure') : t('finding.nothing')}</p>
        </div>
      )}
    </section>
  )
}

function Passages({ hits }: { hits: readonly Hit[] }) {
  const { t } = useTranslation('knowledge')
  return (
    <section className="min-w-0">
      <h2 className="mb-2 text-xs font-semibold">
        {t('finding.passages')}{' '}
        <span className="font-normal text-ink-3">{t('finding.found', { count: hits.length })}</span>
      </h2>
      <ul>
        {hits.map((hit) => (
          <Passage key={hit.passageId} hit={hit} />
        ))}
      </ul>
    </section>
  )
}

function Passage({ hit }: { hit: Hit }) {
  const { i18n } = useTranslation()
  const score = new Intl.NumberFormat(i18n.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return (
    <li className="flex items-baseline gap-4 border-line py-2 not-first:border-t first:pt-0">
      <span className="flex shrink-0 items-center gap-3 font-semibold tabular-nums">
        {score.format(hit.score)}
        <ScoreBar value={hit.score} className="w-12" />
      </span>
      <div className="min-w-0 text-xs">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <Link
            to="/knowledge"
            search={(previous) => ({ ...previous, document: hit.documentId })}
            className="text-sm text-accent-text hover:underline"
          >
            <bdi>{hit.title}</bdi>
          </Link>
          {hit.heading && (
            <span className="text-ink-3">
              <bdi>{hit.heading}</bdi>
            </span>
          )}
        </p>
        <p dir="auto" className="wrap-anywhere whitespace-pre-wrap text-ink-2">
          {hit.text}
        </p>
      </div>
    </li>
  )
}
