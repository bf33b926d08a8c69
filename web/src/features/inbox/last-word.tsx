import { Reply } from 'lucide-react'
import type { Conversation } from '../../api/types'
import { Icon } from '../../ui/icon'
import { kindIcon } from './kind-icon'
import { useCodeWords } from './use-code-words'

type Props = { message: Conversation['lastMessage'] }

/** The last word on one line; what is no text is named. */
export function LastWord({ message }: Props) {
  const words = useCodeWords()
  const icon = kindIcon(message.kind)
  const ours = message.sender === 'agent' || message.sender === 'ai'
  return (
    <>
      {ours && <Icon as={Reply} size={14} className="flip text-ink-3" />}
      {icon && <Icon as={icon} size={14} className="text-ink-3" />}
      <span dir="auto" className="min-w-0 grow truncate">
        {message.text || words('kind', message.kind)}
      </span>
    </>
  )
}
