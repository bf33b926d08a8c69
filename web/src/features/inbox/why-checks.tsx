import { Check, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Trace } from '../../api/types'
import { Icon } from '../../ui/icon'
import { useCodeWords } from './use-code-words'

type Props = { trace: Trace }

/** What was checked before the answer went out. */
export function WhyChecks({ trace }: Props) {
  const { t } = useTranslation('inbox')
  const words = useCodeWords()
  const passed = trace.checks.filter((check) => check.passed).length
  if (trace.checks.length === 0) return null
  const all = passed === trace.checks.length
  return (
    <section>
      <h3 className="mb-2 flex text-xs font-semibold">
        {t('why.checks')}
        <span className={`ms-auto font-medium ${all ? 'text-good-text' : 'text-danger-text'}`}>
          {t('why.checksOf', { passed, count: trace.checks.length })}
        </span>
      </h3>
      <ul className="grid gap-2 text-xs">
        {trace.checks.map((check) => (
          <li key={check.name} className="flex items-start gap-2">
            <span
              role="img"
              aria-label={check.passed ? t('why.passed') : t('why.notPassed')}
              className={check.passed ? 'text-good-text' : 'text-danger-text'}
            >
              <Icon as={check.passed ? Check : X} size={16} />
            </span>
            <span className="text-ink-2">{words('check', check.name)}</span>
            {check.detail && (
              <span className="ms-auto text-end text-ink-2">
                <bdi>{check.detail}</bdi>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
