import { FileText, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { Document } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { size } from '../../lib/size'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { SidePane } from '../../ui/side-pane'
import { Skeleton } from '../../ui/skeleton'
import { TimeAgo } from '../../ui/time-ago'
import { DocumentState } from './document-state'
import { useDocument } from './queries'

type Props = {
  id: string
  onClose: () => void
  /** Left out for who may only read. */
  onRemove: ((document: Document) => void) | undefined
}

/** A document as the AI has it. */
export function DocumentPane({ id, onClose, onRemove }: Props) {
  const { t, i18n } = useTranslation('knowledge')
  const words = useProblemWords()
  const document = useDocument(id)
  const d = document.data
  const gone = document.isError && asProblem(document.error).status === 404
  return (
    <SidePane
      title={d?.title ?? t('document.name')}
      mark={<Icon as={FileText} size={18} className="text-ink-3" />}
      onClose={onClose}
    >
      {document.isPending && (
        <div role="status" aria-label={t('loading', { ns: 'common' })} className="grid gap-3 p-4">
          <Skeleton className="h-3 w-1/3" />
          <Skeleton className="h-40 w-full" />
        </div>
      )}
      {document.isError && (
        <div className="p-4">
          <ErrorBox
            title={gone ? t('document.gone') : t('document.failed')}
            action={gone ? undefined : { name: t('tryAgain', { ns: 'common' }), run: () => void document.refetch() }}
          >
            {gone ? t('document.goneAbout') : words(document.error)}
          </ErrorBox>
        </div>
      )}
      {d && (
        <>
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 text-xs text-ink-3">
            <DocumentState document={d} />
            <span>{t('counts.passages', { count: d.passages })}</span>
            <span>{size(d.sizeBytes, i18n.language)}</span>
            <TimeAgo at={d.updatedAt} />
          </div>
          <div
            role="document"
            aria-label={t('document.text')}
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls is scrolled with the keyboard, too
            tabIndex={0}
            className="min-h-0 grow overflow-y-auto p-4 focus-inside"
          >
            <p dir="auto" className="text-md wrap-anywhere whitespace-pre-wrap">
              {d.text}
            </p>
          </div>
          {onRemove && (
            <footer className="flex shrink-0 border-t border-line px-4 py-3">
              <Button kind="danger" onClick={() => onRemove(d)}>
                <Icon as={Trash2} size={16} />
                {t('remove.open')}
              </Button>
            </footer>
          )}
        </>
      )}
    </SidePane>
  )
}
