import { useTranslation } from 'react-i18next'

type Props = { onSend: (text: string) => void }

const questions = ['hours', 'price', 'way'] as const
const hard = ['person', 'unknown', 'stop'] as const

/** What one may try: what customers ask most, and what goes wrong in life. */
export function TryOut({ onSend }: Props) {
  const { t } = useTranslation('phone')
  const chips = (names: readonly ((typeof questions)[number] | (typeof hard)[number])[]) => (
    <ul className="flex flex-wrap gap-2">
      {names.map((name) => (
        <li key={name}>
          <button
            type="button"
            onClick={() => onSend(t(`try.${name}`))}
            className="rounded-full border border-line-control bg-surface px-3 py-1 text-start text-ink-2 transition-colors hover:bg-hover"
          >
            {t(`try.${name}`)}
          </button>
        </li>
      ))}
    </ul>
  )
  return (
    <section
      aria-label={t('try.name')}
      className="grid w-70 shrink-0 content-start gap-3 border-e border-line p-4 max-lg:hidden"
    >
      <h2 className="text-xs font-semibold">{t('try.easy')}</h2>
      {chips(questions)}
      <h2 className="mt-3 text-xs font-semibold">{t('try.hard')}</h2>
      {chips(hard)}
      <p className="mt-3 text-xs text-ink-3">{t('try.limit')}</p>
    </section>
  )
}
