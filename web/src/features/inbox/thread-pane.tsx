import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import type { Conversation } from '../../api/types'
import { useLook } from '../../api/use-colleagues'
import { useProblemWords } from '../../api/use-problem-words'
import { ErrorBox } from '../../ui/error-box'
import { Composer } from './composer'
import { useConversation } from './queries'
import { StateBar } from './state-bar'
import { Thread } from './thread'
import { ThreadHeader } from './thread-header'
import { ThreadSkeleton } from './thread-skeleton'
import { useInbox } from './use-inbox'
import { useMarkRead } from './use-mark-read'

type Props = { id: string }

/** One conversation: who, what was said, who has it now, and where to write. */
export function ThreadPane({ id }: Props) {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const conversation = useConversation(id)
  if (conversation.data) return <Opened conversation={conversation.data} />
  if (conversation.isError) {
    const gone = asProblem(conversation.error).status === 404
    return (
      <div className="m-auto w-full max-w-120 p-6">
        <ErrorBox
          title={gone ? t('thread.gone') : t('thread.failed')}
          action={gone ? undefined : { name: t('tryAgain', { ns: 'common' }), run: () => void conversation.refetch() }}
        >
          {gone ? t('thread.goneAbout') : words(conversation.error)}
        </ErrorBox>
      </div>
    )
  }
  return <ThreadSkeleton />
}

type OpenedProps = { conversation: Conversation }

function Opened({ conversation }: OpenedProps) {
  // What was unread when it was opened stays marked while it is read.
  const [unread] = useState(conversation.unread)
  const { at } = useInbox()
  useMarkRead(conversation)
  useLook(conversation.id)
  return (
    <>
      <ThreadHeader conversation={conversation} />
      <Thread key={at ?? 'end'} conversation={conversation} unread={unread} at={at} />
      <StateBar conversation={conversation} />
      <Composer conversation={conversation} />
    </>
  )
}
