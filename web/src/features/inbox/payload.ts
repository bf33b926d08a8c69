// What a message is beyond its text. The server passes it on as its kind has it, so it is read with care: a part that is
// missing, or of another shape, is left out.

type Fields = Record<string, unknown>

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fields) : [])

/** A place somebody shared. */
export type Place = { latitude: number; longitude: number; name: string; address: string }

export function placeOf(payload: unknown): Place | undefined {
  const { latitude, longitude, name, address } = fields(fields(payload).location)
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined
  return { latitude, longitude, name: text(name), address: text(address) }
}

/** Somebody's card. */
export type Card = { name: string; company: string; phones: string[]; emails: string[] }

export function cardsOf(payload: unknown): Card[] {
  return list(fields(payload).contacts).map((card) => ({
    name: text(card.name),
    company: text(card.company),
    phones: list(card.phones).map(({ phone }) => text(phone)),
    emails: list(card.emails).map(({ email }) => text(email)),
  }))
}

/** The ad or post a customer came from. */
export type Referral = { headline: string; body: string }

export function referralOf(payload: unknown): Referral | undefined {
  const { headline, body } = fields(fields(payload).referral)
  return headline || body ? { headline: text(headline), body: text(body) } : undefined
}

/** How often a message was forwarded before it came here. */
export function forwardedOf(payload: unknown): 'often' | 'once' | undefined {
  const { forwarded, frequentlyForwarded } = fields(fields(payload).context)
  if (frequentlyForwarded === true) return 'often'
  return forwarded === true ? 'once' : undefined
}

/** What WhatsApp did not pass on, by its name for it ("poll_creation"), and Meta's code of the reason. */
export function heldBackOf(payload: unknown): { type: string; code: number } {
  const { unsupported, errors } = fields(payload)
  const code = list(errors)[0]?.code
  return { type: text(unsupported), code: typeof code === 'number' ? code : 0 }
}

/** A call, or its end. */
export type Call = { over: boolean; seconds: number }

export function callOf(payload: unknown): Call {
  const { event, seconds } = fields(fields(payload).call)
  return { over: event === 'terminate', seconds: typeof seconds === 'number' ? seconds : 0 }
}

/** A template that was sent, as the customer sees it. */
export type SentTemplate = {
  name: string
  header: string
  file: { kind: string; link: string } | undefined
  body: string
  footer: string
  buttons: { text: string; url: string }[]
}

export function templateOf(payload: unknown): SentTemplate | undefined {
  const { template } = fields(payload)
  if (!template) return undefined
  const { name, header, file, body, footer, buttons } = fields(template)
  const { kind, link } = fields(file)
  return {
    name: text(name),
    header: text(header),
    file: safe(text(link)) ? { kind: text(kind), link: text(link) } : undefined,
    body: text(body),
    footer: text(footer),
    buttons: list(buttons).map((button) => ({ text: text(button.text), url: safe(text(button.url)) })),
  }
}

// Only what leads to a page is a link.
const safe = (url: string): string => (/^https?:\/\//.test(url) ? url : '')
