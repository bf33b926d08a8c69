import type { components } from '../api/schema'

type Schemas = components['schemas']
type Channel = Schemas['Channel']
type Template = Schemas['Template']
type Answer = [status: number, body?: unknown]

/** A request is refused; the fields are named as the API names them. */
export class Refused extends Error {
  readonly status: number
  readonly fields: Record<string, string>

  constructor(status: number, detail: string, fields: Record<string, string> = {}) {
    super(detail)
    this.status = status
    this.fields = fields
  }
}

/** The numbers of a workspace and their templates, as Parley tells of them. */
export class FakeNumbers {
  channels: Channel[] = []
  templates: Template[] = []
  readAt: string | null = null
  /** What Meta says of the next number; a failed line means that it is not connected. */
  checks: Schemas['ChannelCheck'][] = [check('token', 'ok'), check('heard', 'waiting')]
  /** Whether a consent to offers is kept. */
  consented = false
  /** The templates that were sent. */
  sent: Schemas['TemplateValues'][] = []

  /** Adds a number. */
  number(name: string, more: Partial<Channel> = {}): Channel {
    const channel: Channel = {
      id: `ch-${this.channels.length + 1}`,
      kind: 'whatsapp',
      name,
      state: 'active',
      mode: 'auto',
      displayPhone: '+49 30 23125100',
      lastError: '',
      phoneNumberId: '118273645501122',
      accountId: '203948571120394',
      quality: 'GREEN',
      messagingLimit: 'TIER_2K',
      heardAt: null,
      checkedAt: null,
      ...more,
    }
    this.channels.push(channel)
    return channel
  }

  /** Adds a template. */
  template(name: string, body: string, more: Partial<Template> = {}): Template {
    const names = [...new Set([...body.matchAll(/\{\{(\w+)\}\}/g)].map(([, variable]) => variable ?? ''))]
    const template: Template = {
      id: `t-${name}`,
      channelId: 'ch-1',
      name,
      language: 'en_US',
      category: 'UTILITY',
      status: 'APPROVED',
      reason: '',
      quality: '',
      sendable: true,
      unsendable: '',
      headerKind: 'none',
      header: '',
      body,
      footer: '',
      buttons: [],
      variables: names.map((variable) => ({ place: 'body', name: variable, example: '' })),
      removedAt: null,
      ...more,
    }
    this.templates.push(template)
    return template
  }

  /** Answers what is about numbers and templates; undefined is for somebody else. */
  answer(
    path: string,
    body: Readonly<Record<string, unknown>>,
    say: (id: string, text: string, payload: object) => object,
  ): Answer | undefined {
    const send = /^POST \/api\/conversations\/([^/]+)\/template$/.exec(path)
    if (send) return [201, this.#send(send[1] ?? '', body as unknown as Schemas['TemplateValues'], say)]
    const [, method, id = '', verb = ''] = /^(\w+) \/api\/channels(?:\/([^/]+))?(?:\/(.+))?$/.exec(path) ?? []
    if (!method) return undefined
    if (id === '') return method === 'GET' ? [200, { items: this.channels }] : [200, this.#connect(body)]
    const channel = this.channels.find((one) => one.id === id)
    if (verb === 'templates') {
      const items = this.templates.filter((one) => one.channelId === id)
      return [200, { items, readAt: this.readAt, reading: false, failure: '' } satisfies Schemas['Templates']]
    }
    if (!channel) throw new Refused(404, 'There is no such channel.')
    switch (`${method} ${verb}`) {
      case 'PATCH ':
        channel.name = String(body.name)
        return [204]
      case 'GET webhook':
        return [200, webhook]
      case 'POST check':
        return [200, { channel, checks: this.checks, webhook } satisfies Schemas['Connecting']]
      case 'PUT token':
        return [200, this.#outcome(channel)]
      case 'POST disconnect':
        this.channels = this.channels.filter((one) => one !== channel)
        return [204]
      case 'POST templates/read':
        this.readAt = '2026-02-02T08:00:00Z'
        return [204]
    }
    throw new Refused(404, '')
  }

  #connect(body: Readonly<Record<string, unknown>>): Schemas['Connecting'] {
    if (body.appSecret === '')
      throw new Refused(422, 'The app secret is needed.', { appSecret: 'The app secret is needed.' })
    if (this.checks.some(({ result }) => result === 'failed')) return this.#outcome(null)
    return this.#outcome(this.number(String(body.name), { phoneNumberId: String(body.phoneNumberId) }))
  }

  #outcome(channel: Channel | null): Schemas['Connecting'] {
    const failed = this.checks.some(({ result }) => result === 'failed')
    return failed ? { channel: null, checks: this.checks, webhook: null } : { channel, checks: this.checks, webhook }
  }

  #send(id: string, values: Schemas['TemplateValues'], say: (id: string, text: string, payload: object) => object) {
    const template = this.templates.find((one) => one.id === values.templateId)
    if (!template) throw new Refused(404, 'There is no such template.')
    for (const { place, name } of template.variables) {
      if (place === 'body' && !values.variables?.[name]) {
        throw new Refused(422, 'Fill this in.', { [`variables.${name}`]: 'Fill this in.' })
      }
    }
    if (template.category === 'MARKETING' && !this.consented && !values.consent) {
      const why = 'Nothing says that this customer agreed to offers.'
      throw new Refused(422, why, { consent: why })
    }
    this.sent.push(values)
    const text = template.body.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values.variables?.[name] ?? '')
    return say(id, text, { template: { name: template.name, body: text, footer: template.footer, buttons: [] } })
  }
}

const webhook: Schemas['Webhook'] = {
  callbackUrl: 'https://parley.example/webhooks/whatsapp/key-of-the-number',
  verifyToken: 'token-to-paste',
}

/** One line of what was found out about a number. */
export function check(
  id: Schemas['ChannelCheck']['id'],
  result: Schemas['ChannelCheck']['result'],
  more: Partial<Schemas['ChannelCheck']> = {},
): Schemas['ChannelCheck'] {
  return { id, result, why: '', code: 0, said: '', todo: '', values: {}, ...more }
}
