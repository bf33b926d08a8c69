import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/use-session'
import { PasteForm } from './paste-form'

/** Nothing told yet: what this is, and the form to begin with. */
export function KnowledgeEmpty() {
  const { t } = useTranslation('knowledge')
  const may = useMay('knowledge:write')
  return (
    <section className="m-auto w-full max-w-160 px-4 py-8 sm:px-6">
      <h2 className="text-xl font-semibold">{t('empty.title')}</h2>
      <p className="mt-1 mb-6 text-md text-ink-2">{may ? t('empty.about') : t('empty.readOnly')}</p>
      {may && <PasteForm sample />}
    </section>
  )
}
