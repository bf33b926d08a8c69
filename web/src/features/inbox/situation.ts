import type { Conversation } from '../../api/types'
import { millis } from '../../lib/time'
import type { Act } from './queries'

/** Who acts in a conversation now, and the one step that is offered to the person looking at it. */
export type Situation = {
  is: 'closed' | 'windowClosed' | 'handedOff' | 'answering' | 'ai' | 'mine' | 'colleague' | 'nobody'
  step?: Extract<Act, 'takeover' | 'handback' | 'reopen'>
}

/** Says how a conversation stands for a person at a time. */
export function situationOf(c: Conversation, userId: string, now: number): Situation {
  if (c.status === 'closed') return { is: 'closed', step: 'reopen' }
  if (c.handler === 'ai') return { is: c.answering ? 'answering' : 'ai', step: 'takeover' }
  if (c.assigneeId === '') return { is: c.handoff ? 'handedOff' : 'nobody', step: 'takeover' }
  if (c.assigneeId !== userId) return { is: 'colleague' }
  const back = c.mode === 'off' ? {} : ({ step: 'handback' } as const)
  return windowOpen(c, now) ? { is: 'mine', ...back } : { is: 'windowClosed', ...back }
}

/** Whether WhatsApp lets the business write freely: 24 hours from the customer's last word. */
export function windowOpen(c: Conversation, now: number): boolean {
  return millis(c.windowUntil) > now
}
