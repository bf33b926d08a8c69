import type { Message } from '../../api/types'
import { dayOf, millis } from '../../lib/time'

/** One line of a thread as it is drawn. */
export type Line =
  | { type: 'day'; key: string; at: number }
  | { type: 'unread'; key: string; count: number }
  | { type: 'message'; key: string; message: Message }

/**
 * Puts the dividers between the messages: one where a day begins, one before the first of the `unread` last messages
 * of the customer.
 */
export function threadLines(messages: readonly Message[], unread: number): Line[] {
  const firstUnread = unreadFrom(messages, unread)
  const lines: Line[] = []
  let day = ''
  for (const message of messages) {
    const at = millis(message.at)
    if (!Number.isNaN(at) && dayOf(at) !== day) {
      day = dayOf(at)
      lines.push({ type: 'day', key: day, at })
    }
    if (message === firstUnread) lines.push({ type: 'unread', key: 'unread', count: unread })
    lines.push({ type: 'message', key: message.id, message })
  }
  return lines
}

function unreadFrom(messages: readonly Message[], unread: number): Message | undefined {
  return messages.filter((message) => message.sender === 'customer').at(-unread || Infinity)
}
