import { Refusal, type Resource } from './asked.ts'

const outside = /^\/api\/(setup|auth\/(options|forgot|reset|register|invitation|accept|sign-in|refresh))$/

/** Whether a path is for people who are not signed in. */
export function isDoor(path: string): boolean {
  return outside.test(path)
}

/** What is asked before anybody is signed in. */
export const doors: Resource = (parley, { method, path, body }) => {
  switch (`${method} ${path}`) {
    case 'GET /api/auth/options':
      return [200, parley.options]
    case 'POST /api/auth/forgot':
      return [204]
    case 'POST /api/auth/reset':
      if (body.token !== 'once') throw new Refusal(403, 'This link does not work.')
      parley.password = body.password ?? ''
      return [204]
    case 'POST /api/auth/register':
      Object.assign(parley.user, { name: body.name, email: body.email })
      return [200, parley.session()]
    case 'POST /api/auth/invitation':
      if (body.token !== 'invited') throw new Refusal(403, 'This invitation does not work.')
      return [200, parley.offer]
    case 'POST /api/auth/accept':
      Object.assign(parley.user, { name: body.name, email: parley.offer.email })
      return [200, parley.session()]
    case 'POST /api/auth/sign-in':
      if (body.email !== parley.user.email || body.password !== parley.password) {
        throw new Refusal(401, 'The e-mail address or the password is wrong.')
      }
      return [200, parley.session()]
    case 'POST /api/auth/refresh':
      if (!parley.signedIn) throw new Refusal(401, 'You are not signed in.')
      return [200, parley.session()]
    case 'POST /api/setup':
      if (body.token !== parley.setupToken) throw new Refusal(404, 'This link was used already, or is too old.')
      Object.assign(parley.user, { name: body.name, email: body.email })
      parley.tenants[0] = { id: parley.tenantId, name: body.workspace ?? '', role: 'owner' }
      return [200, parley.session()]
    default:
      throw new Refusal(401, '')
  }
}
