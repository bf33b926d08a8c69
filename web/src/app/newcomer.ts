import { api, ask } from '../api/client'
import { session } from '../api/session'
import { kept } from '../features/start/kept'

/**
 * Whether somebody who may set a workspace up has one in which nothing is told and nothing was said, and has not put the
 * first steps away on this device. When that cannot be asked, nobody is sent anywhere new.
 */
export async function isNewcomer(): Promise<boolean> {
  const state = await session.start()
  if (state.status !== 'signed-in') return false
  const { permissions, tenant } = state.session
  if (!permissions.includes('tenant:write') || kept(tenant.id, 'later')) return false
  try {
    const query = { limit: 1 }
    const [told, documents, talks] = await Promise.all([
      ask(api.GET('/api/tenant')),
      ask(api.GET('/api/documents', { params: { query } })),
      ask(api.GET('/api/conversations', { params: { query } })),
    ])
    return told.about === '' && documents.items.length === 0 && talks.items.length === 0
  } catch {
    return false
  }
}
