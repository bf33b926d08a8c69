import { eventually, owner } from './program.js'

/** What the shop tells its AI. */
export const shop = {
  title: 'About the shop',
  text:
    'Rosa Flowers is on Market Square 4 in Leipzig, next to the town hall. ' +
    'We are open Monday to Saturday from 9:00 to 18:30 and closed on Sunday. ' +
    'A bouquet costs 25 euros, and delivery in the city is 5 euros.',
}

/**
 * Gives the shop a day, over the API and the built-in phone: what it told its AI, and customers of whom one is
 * answered, one waits for a person and one has one.
 *
 * @param {string} address
 */
export async function furnish(address) {
  const { accessToken } = await call(address, 'POST', '/api/auth/sign-in', owner)
  /** @type {(method: string, path: string, body?: object) => Promise<any>} */
  const ask = (method, path, body) => call(address, method, path, body, accessToken)
  await ask('PATCH', '/api/tenant', { name: 'Rosa Flowers' })
  await ask('POST', '/api/documents', shop)
  await ask('POST', '/api/documents', {
    title: 'Weddings',
    text: 'For weddings we make buttonholes and table flowers. Please order them six weeks ahead.',
  })

  const orders = await customer(ask, 'I want to talk to a person about flowers for 40 tables, please')
  await answered(ask, orders)
  await ask('POST', '/api/demo/reset')

  const wedding = await customer(ask, 'How long ahead should I order for a wedding?')
  await answered(ask, wedding)
  await ask('POST', `/api/conversations/${wedding}/notes`, { text: 'Regular, likes peonies.' })
  await ask('POST', `/api/conversations/${wedding}/messages`, { text: 'Rosa here: shall I call you this afternoon?' })
  await ask('POST', '/api/demo/reset')

  const hours = await customer(ask, 'Hello! What time do you open?')
  await answered(ask, hours)
}

/**
 * Writes as a new customer and gives the id of the conversation that makes.
 *
 * @param {(method: string, path: string, body?: object) => Promise<any>} ask
 * @param {string} text
 * @returns {Promise<string>}
 */
async function customer(ask, text) {
  await ask('POST', '/api/demo/messages', { text })
  return eventually(async () => {
    const { items } = await ask('GET', '/api/conversations')
    return items.find((/** @type {any} */ one) => one.lastSeq > 0 && one.createdAt === newest(items))?.id
  }, `a conversation about "${text}"`)
}

/** @param {{ createdAt: string }[]} items */
function newest(items) {
  return items
    .map(({ createdAt }) => createdAt)
    .sort()
    .at(-1)
}

/**
 * Waits until the AI has said something in a conversation.
 *
 * @param {(method: string, path: string, body?: object) => Promise<any>} ask
 * @param {string} id
 */
async function answered(ask, id) {
  await eventually(async () => {
    const { items } = await ask('GET', `/api/conversations/${id}/messages`)
    return items.some((/** @type {any} */ one) => one.sender === 'ai') || undefined
  }, 'an answer of the AI')
}

/**
 * Calls the API; whatever is no success is an error.
 *
 * @param {string} address
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {string} [token]
 * @returns {Promise<any>}
 */
export async function call(address, method, path, body, token) {
  const response = await fetch(address + path, {
    method,
    headers: {
      ...(body && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
