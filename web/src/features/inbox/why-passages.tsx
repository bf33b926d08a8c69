import { Link } from '@tanstack/react-router'
import { FileText } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Passage, Trace } from '../../api/types'
import { Icon } from '../../ui/icon'
import { ScoreBar } from '../../ui/score-bar'

type Props = { trace: Trace }

/** The passages an answer rests on, and on demand those that were found and not used. */
export function WhyPassages({ trace }: Props) {
  const { t } = useTranslation('inbox')
  const [all, setAll] = useState(false)
  const used = trace.passages.filter((passage) => passage.used)
  const shown = all ? trace.passages : used
  return (
    <section>
      <h3 className="mb-2 flex items-center gap-1.5 text-xs font-semibold">
        {t('why.passages')}
        <span className="font-normal text-ink-3">
          {t('why.passagesOf', { used: used.length, count: trace.passages.length })}
        </span>
        {trace.passages.length > used.length && (
          <button
            type="button"
            aria-expanded={all}
            onClick={() => setAll(!all)}
            className="touch-around ms-auto rounded-chip font-medium text-accent-text hover:underline"
          >
            {all ? t('why.showUsed') : t('why.showAll')}
          </button>
        )}
      </h3>
      {trace.passages.length === 0 && <p className="text-xs text-ink-2">{t('why.noPassage')}</p>}
      <ul className="grid gap-2">
        {shown.map((passage) => (
          <PassageCard key={passage.passageId} passage={passage} />
        ))}
      </ul>
    </section>
  )
}

function PassageCard({ passage }: { passage: Passage }) {
  const { t, i18n } = useTranslation('inbox')
  const score = new Intl.NumberFormat(i18n.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return (
    <li className="rounded-card border border-line px-3 py-2 text-xs">
      <div className="flex items-center gap-1.5">
        <Icon as={FileText} size={14} className="text-ink-3" />
        <Link
          to="/knowledge"
          search={{ document: passage.documentId }}
          className="truncate font-medium text-accent-text hover:underline"
        >
          <bdi>{passage.title}</bdi>
        </Link>
        {passage.heading && (
          <span className="truncate text-ink-3">
            <bdi>{passage.heading}</bdi>
          </span>
        )}
        <span className="ms-auto font-semibold tabular-nums">{score.format(passage.score)}</span>
      </div>
      <ScoreBar value={passage.score} className="my-1.5" />
      <p dir="auto" className="whitespace-pre-wrap text-ink-2">
        {passage.text}
      </p>
      {!passage.used && <p className="mt-1 text-ink-3">{t('why.notUsed')}</p>}
    </li>
  )
}
