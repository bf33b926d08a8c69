import { ArrowDown } from 'lucide-react'
import { useEffect, useEffectEvent, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { LoadMore } from '../../ui/load-more'
import { AiWriting } from './ai-writing'
import { OutgoingLine } from './outgoing-line'
import { useThread } from './queries'
import { ThreadLine } from './thread-line'
import { threadLines } from './thread-lines'
import { ThreadSkeleton } from './thread-skeleton'
import { useInbox } from './use-inbox'
import { useOutgoingLines } from './use-outgoing-lines'
import { useThreadScroll } from './use-thread-scroll'

type Props = {
  conversation: Conversation
  unread: number
  /** The place of the line it is opened at; undefined is the end. */
  at: number | undefined
}

/** What was said, oldest above; older pages come as one scrolls up, new lines never take the place of what is read. */
export function Thread({ conversation, unread, at }: Props) {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const thread = useThread(conversation.id, at)
  const messages = useMemo(() => thread.data ?? [], [thread.data])
  const lines = useMemo(() => threadLines(messages, unread), [messages, unread])
  const outgoing = useOutgoingLines(conversation.id, messages)
  const newer = thread.hasPreviousPage
  const { change } = useInbox()
  const { box, onScroll, below, toEnd } = useThreadScroll(messages[0]?.id, messages.at(-1)?.id, messages.length, {
    at,
    newer,
  })

  const follow = useEffectEvent(() => {
    if (at === undefined) toEnd()
  })
  useEffect(() => follow(), [outgoing.length, conversation.answering])

  if (thread.isPending) return <ThreadSkeleton />
  return (
    <div className="relative flex min-h-0 grow flex-col">
      <div
        ref={box}
        onScroll={onScroll}
        role="log"
        aria-label={t('thread.name')}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls is scrolled with the keyboard, too
        tabIndex={0}
        className="flex grow flex-col gap-2 overflow-y-auto px-6 py-3 focus-inside max-md:px-3"
      >
        <div className="grow" />
        {thread.hasNextPage && (
          <LoadMore
            name={t('thread.earlier')}
            busy={thread.isFetchingNextPage}
            onMore={() => void thread.fetchNextPage()}
          />
        )}
        {thread.isError && (
          <ErrorBox
            title={t('thread.failed')}
            action={{ name: t('tryAgain', { ns: 'common' }), run: () => void thread.refetch() }}
          >
            {words(thread.error)}
          </ErrorBox>
        )}
        {lines.map((line) => (
          <ThreadLine
            key={line.key}
            line={line}
            conversation={conversation}
            found={line.type === 'message' && line.message.seq === at}
          />
        ))}
        {newer && (
          <LoadMore
            name={t('thread.later')}
            busy={thread.isFetchingPreviousPage}
            onMore={() => void thread.fetchPreviousPage()}
          />
        )}
        {outgoing.map((line) => (
          <OutgoingLine key={line.id} line={line} conversationId={conversation.id} />
        ))}
        {conversation.answering && <AiWriting />}
      </div>
      {newer && (
        <Button
          size="small"
          onClick={() => change({ at: undefined })}
          className="absolute inset-x-0 bottom-3 mx-auto w-fit appear rounded-full"
        >
          <Icon as={ArrowDown} size={14} />
          {t('thread.newest')}
        </Button>
      )}
      {below > 0 && !newer && (
        <Button size="small" onClick={toEnd} className="absolute inset-x-0 bottom-3 mx-auto w-fit appear rounded-full">
          <Icon as={ArrowDown} size={14} />
          {t('thread.below', { count: below })}
        </Button>
      )}
    </div>
  )
}
