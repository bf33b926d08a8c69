import { createInterface } from 'node:readline'
import { call, shop } from './furnish.js'
import { eventually, freePort, owner, spawnParley, startProgram } from './program.js'

/** The colleague of the owner. */
export const ana = { name: 'Ana Lopez', email: 'ana@flowers.example', password: 'tulips are yellow and so on' }

/**
 * A shop with two people whose number is at Meta's stand-in: the program, the stand-in, and what the stories do beside
 * the browser.
 *
 * @param {string} name what the logs are called
 * @param {Record<string, string>} [settings] more settings of the program
 */
export async function openShop(name, settings = {}) {
  /** @type {Awaited<ReturnType<typeof startMeta>> | undefined} */
  let meta
  const program = await startProgram(name, async (port) => {
    meta = await startMeta(`${name}-meta`, port)
    return { ...meta.settings, ...settings }
  })
  if (!meta) throw new Error('no stand-in')
  const { accessToken } = await call(program.address, 'POST', '/api/auth/sign-in', owner)
  /** @type {(method: string, path: string, body?: object) => Promise<any>} */
  const ask = (method, path, body) => call(program.address, method, path, body, accessToken)
  await ask('PATCH', '/api/tenant', { name: 'Rosa Flowers', quietWindowMs: 0 })
  await ask('POST', '/api/documents', shop)
  const { link } = await ask('POST', '/api/invitations', { email: ana.email, role: 'agent' })
  const { name: anaName, password } = ana
  await call(program.address, 'POST', '/api/auth/accept', { token: link.split('#')[1], name: anaName, password })
  return {
    ...program,
    ask,
    meta,
    stop: async () => ((await program.stop()) === 0 && (await meta?.stop()) === 0 ? 0 : 1),
  }
}

/**
 * @param {string} name
 * @param {number} parley the port of the program
 */
async function startMeta(name, parley) {
  const listen = `127.0.0.1:${await freePort()}`
  const webhook = `http://127.0.0.1:${parley}/webhooks/whatsapp`
  const child = spawnParley(['metasim', '--listen', listen, '--webhook', webhook], name)
  /** @type {Record<string, string>} */
  const settings = {}
  createInterface({ input: child.out }).on('line', (line) => {
    const [key, ...value] = line.split('=')
    if (key) settings[key] = value.join('=')
  })
  await eventually(async () => settings.WHATSAPP_WEBHOOK_VERIFY_TOKEN, 'the stand-in of Meta')
  const at = `http://${listen}/_sim`
  const number = settings.WHATSAPP_PHONE_NUMBER_ID
  return {
    settings,
    stop: child.stop,
    /**
     * A customer writes.
     *
     * @param {string} name
     * @param {string} digits
     * @param {string} text
     */
    write: (name, digits, text) =>
      call(at, 'POST', '/write', { phoneNumberId: number, customer: { wa_id: digits, name }, text }),
    /**
     * The texts the business sent that fit.
     *
     * @param {RegExp} like
     * @returns {Promise<string[]>}
     */
    sent: async (like) => {
      const all = await call(at, 'GET', '/sent')
      return all
        .map((/** @type {{ text: string }} */ { text }) => text)
        .filter((/** @type {string} */ text) => like.test(text))
    },
  }
}
