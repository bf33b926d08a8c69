import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { chooseWords } from '../../lib/i18n'
import { chooseLanguage, languages } from '../../lib/languages'
import { useTheme, type Theme } from '../../lib/theme'
import { Section } from '../../ui/section'
import { Segments } from '../../ui/segments'

const themes = ['system', 'light', 'dark'] as const

/** How the pages look and in which language they speak, on this device. */
export function Appearance() {
  const { t, i18n } = useTranslation('account')
  const [theme, setTheme] = useTheme()
  const id = useId()
  const spoken = chooseLanguage([i18n.language])
  return (
    <Section title={t('appearance.title')} about={t('appearance.about')}>
      <div className="grid gap-1">
        <p className="text-xs font-medium text-ink-2">{t('theme.name', { ns: 'common' })}</p>
        <Segments<Theme>
          name={t('theme.name', { ns: 'common' })}
          value={theme}
          options={themes.map((value) => ({ value, name: t(`theme.${value}`, { ns: 'common' }) }))}
          onChange={setTheme}
        />
      </div>
      <div className="grid gap-1">
        <label htmlFor={id} className="text-xs font-medium text-ink-2">
          {t('appearance.language')}
        </label>
        <select
          id={id}
          value={spoken}
          onChange={(event) => void chooseWords(event.target.value)}
          className="h-10 w-60 max-w-full rounded-control border border-line-strong bg-surface px-2 text-md max-sm:h-11"
        >
          {Object.entries(languages)
            .filter(([tag, { offered }]) => offered || tag === spoken)
            .map(([tag, { name }]) => (
              <option key={tag} value={tag} lang={tag}>
                {name}
              </option>
            ))}
        </select>
      </div>
    </Section>
  )
}
