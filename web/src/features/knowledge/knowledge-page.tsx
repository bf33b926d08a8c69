import { ClipboardPaste } from 'lucide-react'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Document } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { PageHeader } from '../../ui/page-header'
import { AskBox } from './ask-box'
import { DocumentPane } from './document-pane'
import { DocumentSkeleton } from './document-skeleton'
import { DocumentTable } from './document-table'
import { KnowledgeEmpty } from './knowledge-empty'
import { PasteDialog } from './paste-dialog'
import { useDocuments } from './queries'
import { RemoveDialog } from './remove-dialog'
import { useKnowledge } from './use-knowledge'

/** What the AI knows: told, read, tried and forgotten here. */
export function KnowledgePage() {
  const { t } = useTranslation('knowledge')
  const words = useProblemWords()
  const may = useMay('knowledge:write')
  const { document: openId, change } = useKnowledge()
  const documents = useDocuments()
  const [pasting, setPasting] = useState(false)
  const [removing, setRemoving] = useState<Document>()
  const open = useCallback((id: string) => change({ document: id }), [change])
  const close = useCallback(() => change({ document: undefined }), [change])
  const all = documents.data

  return (
    <div className="flex min-h-0 grow">
      <main className="flex min-w-0 grow flex-col bg-surface">
        <PageHeader title={t('title')} about={<Counts documents={all} more={documents.hasNextPage} />}>
          {may && all && all.length > 0 && (
            <Button kind="primary" onClick={() => setPasting(true)}>
              <Icon as={ClipboardPaste} size={16} />
              {t('paste.open')}
            </Button>
          )}
        </PageHeader>
        <div className="flex min-h-0 grow flex-col overflow-y-auto">
          {documents.isError && (
            <div className="p-4 sm:p-6">
              <ErrorBox
                title={t('list.failed')}
                action={{ name: t('tryAgain', { ns: 'common' }), run: () => void documents.refetch() }}
              >
                {words(documents.error)}
              </ErrorBox>
            </div>
          )}
          {documents.isPending && <DocumentSkeleton />}
          {all?.length === 0 && <KnowledgeEmpty />}
          {all && all.length > 0 && (
            <>
              <AskBox />
              <DocumentTable
                documents={all}
                openId={openId}
                onOpen={open}
                onRemove={may ? setRemoving : undefined}
                more={documents.hasNextPage ? () => void documents.fetchNextPage() : undefined}
                busy={documents.isFetchingNextPage}
              />
            </>
          )}
        </div>
      </main>
      {openId && <DocumentPane key={openId} id={openId} onClose={close} onRemove={may ? setRemoving : undefined} />}
      <PasteDialog open={pasting} onClose={() => setPasting(false)} />
      <RemoveDialog
        document={removing}
        onClose={() => setRemoving(undefined)}
        onRemoved={(id) => id === openId && close()}
      />
    </div>
  )
}

type CountsProps = { documents: readonly Document[] | undefined; more: boolean }

function Counts({ documents, more }: CountsProps) {
  const { t } = useTranslation('knowledge')
  if (!documents || documents.length === 0) return null
  const count = documents.length
  if (more) return t('counts.more', { count })
  const passages = documents.reduce((sum, one) => sum + one.passages, 0)
  return `${t('counts.documents', { count })} · ${t('counts.passages', { count: passages })}`
}
