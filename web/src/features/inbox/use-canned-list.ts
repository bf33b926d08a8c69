import { useState, type KeyboardEvent } from 'react'
import type { CannedReply, Conversation } from '../../api/types'
import { useCanned } from '../../api/use-canned'
import { useSession } from '../../api/use-session'
import { fillIn } from '../../lib/fill-in'

const most = 8 // in the list

/** The canned replies that a draft beginning with a slash asks for, and what the keys do with them. */
export function useCannedList(c: Conversation, draft: string, insert: (text: string) => void, unknownName: string) {
  const replies = useCanned()
  const session = useSession()
  const [at, setAt] = useState(0)
  const [closed, setClosed] = useState('')
  const typed = /^\/(\S*)$/u.exec(draft)?.[1]?.toLowerCase()
  const open = typed !== undefined && closed !== draft && (replies.data?.length ?? 0) > 0
  const found = open ? (replies.data ?? []).filter((reply) => fitting(reply, typed)).slice(0, most) : []
  const chosen = Math.min(at, Math.max(0, found.length - 1))
  const fill = (reply: CannedReply) =>
    fillIn(reply.text, {
      'contact.name': c.contact.name || unknownName,
      'agent.name': session?.user.name ?? '',
      'business.name': session?.tenant.name ?? '',
    })
  const take = (reply: CannedReply) => {
    setAt(0)
    insert(fill(reply))
  }

  /** Reports whether a key was meant for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!open || event.nativeEvent.isComposing) return false
    const reply = found[chosen]
    switch (event.key) {
      case 'ArrowDown':
        setAt((chosen + 1) % Math.max(1, found.length))
        break
      case 'ArrowUp':
        setAt((chosen + found.length - 1) % Math.max(1, found.length))
        break
      case 'Escape':
        setClosed(draft)
        break
      case 'Tab':
      case 'Enter':
        if (!reply) return false
        take(reply)
        break
      default:
        return false
    }
    event.preventDefault()
    return true
  }
  return { open, found, chosen, fill, take, onKeyDown }
}

function fitting({ shortcut, title }: CannedReply, typed: string): boolean {
  return shortcut.startsWith(typed) || title.toLowerCase().includes(typed)
}
