import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Label } from '../../api/types'
import { useChangeLabels, useLabels } from '../../api/use-labels'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { drafts } from '../../lib/drafts'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { Skeleton } from '../../ui/skeleton'
import { useToast } from '../../ui/use-toast'
import { ColourMenu } from './colour-menu'
import { Frame } from './frame'
import { NewLabel } from './new-label'

/** The labels of the workspace: make, rename, recolour, delete. */
export function LabelsPage() {
  const { t } = useTranslation('settings')
  const words = useProblemWords()
  const may = useMay('conversations:reply')
  const labels = useLabels()
  return (
    <Frame title={t('label.title')} about={t('label.about')}>
      {may && <NewLabel />}
      {labels.isPending && <Skeleton className="h-24" />}
      {labels.isError && (
        <ErrorBox
          title={t('label.failed')}
          action={{ name: t('tryAgain', { ns: 'common' }), run: () => void labels.refetch() }}
        >
          {words(labels.error)}
        </ErrorBox>
      )}
      {labels.data?.length === 0 && <EmptyState title={t('label.empty')}>{t('label.emptyAbout')}</EmptyState>}
      <ul aria-label={t('label.title')}>
        {labels.data?.map((label) => (
          <LabelLine key={label.id} label={label} />
        ))}
      </ul>
    </Frame>
  )
}

function LabelLine({ label }: { label: Label }) {
  const { t } = useTranslation('settings')
  const words = useProblemWords()
  const toast = useToast()
  const may = useMay('conversations:reply')
  const mayDelete = useMay('tenant:write')
  const change = useChangeLabels()
  const draft = `label.${label.id}`
  const [name, show] = useState(() => drafts.read(draft) || undefined)
  const setName = (next: string | undefined) => {
    show(next)
    drafts.write(draft, next ?? '')
  }
  const [deleting, setDeleting] = useState(false)
  const onError = (error: Error) => toast({ text: words(error), failed: true })
  const rename = () => {
    const next = name?.trim()
    if (!next || next === label.name) {
      setName(undefined)
      return
    }
    // What was typed stays when it is refused.
    change.mutate({ change: label.id, name: next }, { onError, onSuccess: () => setName(undefined) })
  }
  return (
    <li className="flex items-center gap-2 border-b border-line py-1.5 last:border-b-0">
      <ColourMenu
        name={t('label.colourOf', { name: label.name })}
        value={label.colour}
        disabled={!may}
        onChange={(colour) => change.mutate({ change: label.id, colour }, { onError })}
      />
      <input
        aria-label={t('label.rename', { name: label.name })}
        dir="auto"
        maxLength={40}
        readOnly={!may}
        value={name ?? label.name}
        onChange={(event) => setName(event.target.value)}
        onBlur={rename}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') setName(undefined)
        }}
        className="h-8 touch min-w-0 grow rounded-control bg-transparent px-2 font-medium hover:bg-hover max-sm:text-lg"
      />
      <span className="shrink-0 text-xs text-ink-3 max-sm:hidden">{t('label.carried', { count: label.count })}</span>
      {mayDelete && (
        <IconButton name={t('label.delete', { name: label.name })} onClick={() => setDeleting(true)}>
          <Icon as={Trash2} size={16} />
        </IconButton>
      )}
      <Dialog
        title={t('label.deleteTitle', { name: label.name })}
        about={t('label.deleteAbout', { count: label.count })}
        open={deleting}
        onClose={() => setDeleting(false)}
      >
        <div className="flex justify-end gap-2">
          <Button onClick={() => setDeleting(false)}>{t('cancel', { ns: 'common' })}</Button>
          <Button
            kind="destroy"
            onClick={() => {
              setDeleting(false)
              change.mutate({ remove: label.id }, { onError })
            }}
          >
            {t('delete', { ns: 'common' })}
          </Button>
        </div>
      </Dialog>
    </li>
  )
}
