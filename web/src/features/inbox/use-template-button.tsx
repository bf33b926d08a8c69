import { LayoutTemplate } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'

// Few open it, so it is loaded when somebody does.
const TemplatePicker = lazy(async () => ({ default: (await import('./template-picker')).TemplatePicker }))

type Props = { conversation: Conversation; small?: boolean }

/** Opens the templates: a word where one is needed, a small sign where one may be used. */
export function UseTemplateButton({ conversation, small = false }: Props) {
  const { t } = useTranslation('inbox')
  const [open, setOpen] = useState(false)
  return (
    <>
      {small ? (
        <IconButton name={t('template.open')} onClick={() => setOpen(true)}>
          <Icon as={LayoutTemplate} size={16} />
        </IconButton>
      ) : (
        <Button size="small" kind="primary" onClick={() => setOpen(true)}>
          {t('template.open')}
        </Button>
      )}
      {open && (
        <Suspense>
          <TemplatePicker conversation={conversation} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
