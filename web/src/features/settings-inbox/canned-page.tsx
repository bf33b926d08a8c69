import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CannedReply } from '../../api/types'
import { useCanned, useChangeCanned } from '../../api/use-canned'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { Skeleton } from '../../ui/skeleton'
import { useToast } from '../../ui/use-toast'
import { CannedForm } from './canned-form'
import { Frame } from './frame'

/** The answers the workspace keeps: write, change, delete. */
export function CannedPage() {
  const { t } = useTranslation('settings')
  const words = useProblemWords()
  const may = useMay('conversations:reply')
  const replies = useCanned()
  const [open, setOpen] = useState<CannedReply | 'new'>()
  const add = may && <Button onClick={() => setOpen('new')}>{t('canned.add')}</Button>
  const none = replies.data?.length === 0
  return (
    <Frame title={t('canned.title')} about={t('canned.about')} action={!none && add}>
      {replies.isPending && <Skeleton className="h-24" />}
      {replies.isError && (
        <ErrorBox
          title={t('canned.failed')}
          action={{ name: t('tryAgain', { ns: 'common' }), run: () => void replies.refetch() }}
        >
          {words(replies.error)}
        </ErrorBox>
      )}
      {none && (
        <EmptyState title={t('canned.empty')} action={add}>
          {t('canned.emptyAbout')}
        </EmptyState>
      )}
      <ul aria-label={t('canned.title')}>
        {replies.data?.map((reply) => (
          <ReplyLine key={reply.id} reply={reply} may={may} onOpen={() => setOpen(reply)} />
        ))}
      </ul>
      <Dialog title={t('canned.editTitle')} open={open !== undefined} onClose={() => setOpen(undefined)} wide>
        <CannedForm reply={open === 'new' ? undefined : open} onDone={() => setOpen(undefined)} />
      </Dialog>
    </Frame>
  )
}

type LineProps = { reply: CannedReply; may: boolean; onOpen: () => void }

function ReplyLine({ reply, may, onOpen }: LineProps) {
  const { t } = useTranslation('settings')
  const words = useProblemWords()
  const toast = useToast()
  const change = useChangeCanned()
  const onError = (error: Error) => toast({ text: words(error), failed: true })
  const { id, ...text } = reply
  const remove = () =>
    change.mutate(
      { remove: id },
      {
        onError,
        onSuccess: () =>
          toast({
            text: t('canned.deleted', { title: reply.title }),
            undo: () => change.mutate({ add: text }, { onError }),
          }),
      },
    )
  return (
    <li className="flex items-center gap-2 border-b border-line last:border-b-0">
      <button
        type="button"
        disabled={!may}
        aria-label={t('canned.edit', { title: reply.title })}
        onClick={onOpen}
        className="min-w-0 grow rounded-control py-2 text-start focus-inside enabled:hover:bg-hover"
      >
        <span className="flex items-baseline gap-2">
          <bdi className="truncate font-medium">{reply.title}</bdi>
          <bdi className="shrink-0 text-xs text-ink-3">/{reply.shortcut}</bdi>
        </span>
        <bdi className="block truncate text-ink-2">{reply.text}</bdi>
      </button>
      {may && (
        <IconButton name={t('canned.delete', { title: reply.title })} onClick={remove}>
          <Icon as={Trash2} size={16} />
        </IconButton>
      )}
    </li>
  )
}
