import { Paperclip } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../../api/problem'
import { useProblemWords } from '../../api/use-problem-words'
import { useSession } from '../../api/use-session'
import { Avatar } from '../../ui/avatar'
import { Bubble } from '../../ui/bubble'
import { Icon } from '../../ui/icon'
import { Ticks } from '../../ui/ticks'
import { NoteCard } from './note-card'
import { useTakeBack, useTryAgain } from './queries'
import type { OutgoingMessage } from './use-outgoing-lines'
import { WentWrong } from './went-wrong'

type Props = { line: OutgoingMessage; conversationId: string }

/** Something written here that the server does not have yet. */
export function OutgoingLine({ line, conversationId }: Props) {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const takeBack = useTakeBack(conversationId)
  const tryAgain = useTryAgain(conversationId)
  const name = useSession()?.user.name ?? ''
  const failed = line.status === 'error'
  const { text, file } = line.outgoing
  return (
    <div className="flex flex-col gap-1">
      {line.outgoing.kind === 'note' ? (
        <NoteCard author={name} text={text} />
      ) : (
        <Bubble
          speaker={failed ? 'failed' : 'agent'}
          name={t('thread.yours')}
          by={
            <>
              <Avatar name={name} size="tiny" />
              <bdi>{name}</bdi>
            </>
          }
          with={
            file && (
              <span className="flex items-center gap-2 font-medium">
                <Icon as={Paperclip} size={16} />
                <bdi className="min-w-0 wrap-anywhere">{file.name}</bdi>
              </span>
            )
          }
          text={text}
          at={<Ticks station={failed ? 'failed' : 'queued'} />}
        />
      )}
      {failed && (
        <WentWrong
          title={t('failed.notSent')}
          about={words(line.error)}
          action={
            // What may have arrived all the same is sent again as it is: as a new text it could arrive twice.
            line.outgoing.kind === 'reply' && asProblem(line.error).passing
              ? { name: t('failed.tryAgain'), run: () => tryAgain(line.id, line.outgoing) }
              : { name: t('failed.takeBack'), run: () => takeBack(line.id, text) }
          }
        />
      )}
    </div>
  )
}
