import { Refusal, type Resource, type Schemas } from './asked.ts'

/** What somebody who is signed in does with the own account: /api/auth/… */
export const auth: Resource = (parley, { id, body }) => {
  switch (id) {
    case 'sign-out':
    case 'sign-out-everywhere':
      parley.signedIn = false
      return [204]
    case 'join':
      return [200, parley.session()]
    case 'switch':
      parley.tenantId = body.tenantId ?? ''
      return [200, parley.session()]
    case 'password':
      if (body.current !== parley.password) {
        throw new Refusal(422, 'The password you have now is another one.', { current: 'This is not your password.' })
      }
      parley.password = body.new ?? ''
      parley.mustChangePassword = false
      return [204]
    default:
      throw new Refusal(404, '')
  }
}

export const me: Resource = (parley, { method, body }) => {
  if (method === 'GET') return [200, parley.session()]
  parley.user.language = body.language ?? ''
  return [204]
}

export const sessions: Resource = (parley, { method, id }) => {
  if (method === 'GET') return [200, { items: parley.sessions }]
  parley.sessions = parley.sessions.filter((one) => one.id !== id)
  return [204]
}

export const tenant: Resource = (parley, { method, body }) => {
  if (method === 'PATCH') Object.assign(parley.tenant, body)
  return [200, parley.tenant]
}

export const keys: Resource = (parley, { method, id, body }) => {
  if (method === 'DELETE') {
    parley.keys = parley.keys.filter((one) => one.id !== id)
    return [204]
  }
  const scopes = ['conversations:read', 'conversations:reply', 'knowledge:read']
  if (method === 'GET') return [200, { items: parley.keys, scopes } satisfies Schemas['APIKeys']]
  const chosen = body.scopes as unknown as string[]
  if (chosen.length === 0) throw new Refusal(422, 'Choose something.', { scopes: 'Choose at least one thing.' })
  const key: Schemas['APIKey'] = {
    id: parley.newId('k'),
    name: body.name ?? '',
    prefix: 'pk_fake',
    scopes: chosen,
    madeBy: parley.user.name,
    createdAt: parley.at(),
    lastUsedAt: null,
    expiresAt: null,
  }
  parley.keys = [key, ...parley.keys]
  return [201, { key, secret: 'pk_fake_shown_once' } satisfies Schemas['NewAPIKey']]
}
