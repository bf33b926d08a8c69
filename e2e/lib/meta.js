import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import path from 'node:path'

const here = path.dirname(fileURLToPath(import.meta.url))
const binary = process.env.PARLEY ?? path.join(here, '../../bin/parley')

/** The business's number at Meta, and the customer of the stories. */
export const number = { id: '118273645501122', account: '203948571120394', phone: '+1 555 010 0000' }
export const customer = { wa_id: '447700900123', name: 'Marta' }

/** Starts the stand-in of Meta as a program of its own, and gives what a business copies from it. */
export async function startMeta() {
  const meta = spawn(binary, ['metasim', '--listen', '127.0.0.1:0', '--number', '999'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const over = new Promise((done) => meta.once('close', done))
  const told = await new Promise((read, failed) => {
    let text = ''
    meta.once('error', failed)
    meta.stdout.on('data', (part) => {
      text += part
      if (text.includes('VERIFY_TOKEN')) read(text)
    })
  })
  const settings = Object.fromEntries(
    String(told)
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const url = settings.GRAPH_BASE_URL
  /** @type {(what: string, body: object) => Promise<void>} */
  const control = async (what, body) => {
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch(`${url}/_sim/${what}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${what} said ${answer.status}: ${await answer.text()}`)
  }
  return {
    url,
    token: settings.WHATSAPP_ACCESS_TOKEN,
    secret: settings.WHATSAPP_APP_SECRET,
    /** Makes the number known at Meta, where its webhooks go to once the business has said so. */
    addNumber: (/** @type {string} */ webhookUrl = 'http://127.0.0.1:9/nowhere') =>
      control('numbers', {
        phoneNumberId: number.id,
        accountId: number.account,
        displayPhone: number.phone,
        verifiedName: 'Rosa Flowers',
        webhookUrl,
      }),
    control,
    /** What the customer's phone shows. */
    thread: async () => {
      const answer = await fetch(`${url}/_sim/thread?number=${number.id}&customer=${customer.wa_id}`)
      return /** @type {{ lines: { text: string, status: string, kind: string }[] }} */ (await answer.json()).lines
    },
    stop: async () => {
      meta.kill('SIGTERM')
      await over
    },
  }
}

/**
 * Brings a message of the customer to the business as Meta does, as old as one likes.
 *
 * @param {string} webhook
 * @param {string} secret
 * @param {string} text
 * @param {number} hoursAgo
 */
export async function deliver(webhook, secret, text, hoursAgo) {
  const at = String(Math.floor(Date.now() / 1000 - hoursAgo * 3600))
  const message = { from: customer.wa_id, id: `wamid.${at}`, timestamp: at, type: 'text', text: { body: text } }
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550100000', phone_number_id: number.id },
    contacts: [{ profile: { name: customer.name }, wa_id: customer.wa_id }],
    messages: [message],
  }
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: number.account, changes: [{ field: 'messages', value }] }],
  })
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${signature}` }
  const answer = await fetch(webhook, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(`the webhook said ${answer.status}`)
}
