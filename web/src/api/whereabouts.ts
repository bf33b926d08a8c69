import { sayAgainMs } from './colleagues'

/** What a tab says of itself. */
export type Place = { conversationId: string; typing: boolean }

// So long after the last key nothing is being written any more.
const pauseMs = 4_000

/**
 * Where this tab is, for the colleagues: which conversation it shows, as long as somebody can see it, and whether
 * something is being written there. It is said when it changes, and again and again, so that a tab that dies is noticed.
 */
export class Whereabouts {
  #say: (place: Place) => void
  #conversationId = ''
  #typing = false
  #pause: ReturnType<typeof setTimeout> | undefined
  #again: ReturnType<typeof setInterval> | undefined
  #said = ''

  constructor(say: (place: Place) => void) {
    this.#say = say
    document.addEventListener('visibilitychange', () => this.#tell())
  }

  /** Shows a conversation until the function it gives is called. */
  look(conversationId: string): () => void {
    this.#conversationId = conversationId
    this.#stopTyping()
    this.#tell()
    clearInterval(this.#again)
    this.#again = setInterval(() => this.#tell(true), sayAgainMs)
    return () => {
      if (this.#conversationId !== conversationId) return
      this.#conversationId = ''
      clearInterval(this.#again)
      this.#stopTyping()
      this.#tell()
    }
  }

  /** A key was typed, or what was typed is gone: sent, or taken out. */
  typed(something: boolean): void {
    this.#stopTyping()
    if (something) {
      this.#typing = true
      this.#pause = setTimeout(() => this.typed(false), pauseMs)
    }
    this.#tell()
  }

  /** The socket has come up, and knows nothing yet. */
  begin(): void {
    this.#said = ''
    this.#tell()
  }

  #stopTyping(): void {
    clearTimeout(this.#pause)
    this.#typing = false
  }

  #tell(again = false): void {
    const seen = document.visibilityState === 'visible' && this.#conversationId !== ''
    const place = { conversationId: seen ? this.#conversationId : '', typing: seen && this.#typing }
    const said = seen ? JSON.stringify(place) : ''
    if (said === this.#said && !(again && seen)) return
    this.#said = said
    this.#say(place)
  }
}
