import { useTranslation } from 'react-i18next'
import type { Trace } from '../../api/types'
import { useCodeWords } from './use-code-words'

type Props = { trace: Trace }

/** What wrote the answer, by which instructions, and what it cost. */
export function WhyFacts({ trace }: Props) {
  const { t, i18n } = useTranslation('inbox')
  const words = useCodeWords()
  const number = new Intl.NumberFormat(i18n.language)
  const outcome = [words('outcome', trace.outcome), trace.reason && words('reason', trace.reason)]
    .filter(Boolean)
    .join(': ')
  const facts: [name: string, value: string][] = [
    [t('why.outcome'), outcome],
    [t('why.prompt'), t('why.promptVersion', { name: trace.promptName, number: trace.promptNumber })],
    [t('why.model'), trace.model ? `${trace.model} · ${trace.provider}` : t('why.builtIn')],
    [
      t('why.tokens'),
      trace.model &&
        t('why.tokensOf', { in: number.format(trace.promptTokens), out: number.format(trace.completionTokens) }),
    ],
    [t('why.cost'), trace.costMicros > 0 ? dollars(trace.costMicros, i18n.language) : t('why.free')],
    [t('why.attempts'), trace.attempts > 0 ? number.format(trace.attempts) : ''],
    [t('why.language'), languageName(trace.language, i18n.language)],
  ]
  return (
    <section>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-xs">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} className="contents">
                <dt className="text-ink-3">{name}</dt>
                <dd className="min-w-0 wrap-anywhere">
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
      </dl>
    </section>
  )
}

// Millionths of a US dollar, with as many digits as a small sum needs.
function dollars(micros: number, locale: string): string {
  const format = { style: 'currency', currency: 'USD', maximumFractionDigits: 6 } as const
  return new Intl.NumberFormat(locale, format).format(micros / 1e6)
}

function languageName(tag: string, locale: string): string {
  if (!tag) return ''
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}
