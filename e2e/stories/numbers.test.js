import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { openBrowser, openTab, signIn } from '../lib/browser.js'
import { fits } from '../lib/fits.js'
import { customer, deliver, number, startMeta } from '../lib/meta.js'
import { artifacts, startProgram } from '../lib/program.js'

/** @type {Awaited<ReturnType<typeof startMeta>>} */
let meta
/** @type {Awaited<ReturnType<typeof startProgram>>} */
let program
/** @type {import('playwright-core').Browser} */
let browser

before(async () => {
  meta = await startMeta()
  program = await startProgram('numbers', () => ({ GRAPH_BASE_URL: meta.url }))
  await meta.addNumber()
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  const code = await program?.stop()
  await meta?.stop()
  assert.equal(code, 0, 'the program stops cleanly')
})

test('a number: connected, a template when the window is closed, a failure and its retry', async (t) => {
  const tab = await openTab(browser, program.address)
  const { page } = tab
  let webhook = ''
  /** @param {string} name */
  const keep = async (name) => {
    await page.screenshot({ path: path.join(artifacts, `${name}-1440-light.png`) })
    await fits(page)
  }

  await t.test('connect a number: what is wrong is said, and nothing typed is lost', async () => {
    await signIn(page)
    await page.goto('/settings/numbers')
    await page.getByRole('button', { name: 'Connect a number' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Shop')
    await page.getByLabel('Phone number ID').fill(number.id)
    await page.getByLabel('WhatsApp Business Account ID').fill(number.account)
    await page.getByLabel('Access token').fill('EAAG-of-yesterday')
    await page.getByLabel('App secret').fill(meta.secret)
    await page.getByRole('button', { name: 'Check and connect' }).click()
    await page.getByText('Meta does not accept the access token.').waitFor()
    await keep('connect-refused')
    assert.equal(await page.getByLabel('Phone number ID').inputValue(), number.id)
    await page.getByLabel('Access token').fill(meta.token)
    await page.getByRole('button', { name: 'Check and connect' }).click()
    await page.getByRole('heading', { name: 'Shop is connected' }).waitFor()
    await page.getByText('The app secret belongs to the app of the token.').waitFor()
    webhook = (await page.getByRole('status', { name: 'Callback URL' }).textContent()) ?? ''
    assert.ok(webhook.startsWith(`${program.address}/webhooks/whatsapp/`), webhook)
    await keep('connected')
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('list', { name: 'Numbers' }).getByText('Shop').waitFor()
    await meta.addNumber(webhook) // where a person would paste it
  })

  await t.test('its templates are here', async () => {
    await page.getByRole('listitem').filter({ hasText: 'Shop' }).getByRole('link', { name: 'Templates' }).click()
    await page.getByRole('button', { name: /order_update/ }).click()
    await page.getByRole('article', { name: 'order_update' }).waitFor()
    await keep('templates')
  })

  await t.test('the window is closed: a template', async () => {
    await deliver(webhook, meta.secret, 'Where is my order?', 26)
    await page.goto('/inbox?view=all')
    await page.getByRole('list', { name: 'All' }).getByRole('link', { name: new RegExp(customer.name) }).click()
    await page.getByRole('button', { name: /Take/ }).first().click()
    await page.getByText(/Window closed/).waitFor()
    await page.getByRole('button', { name: 'Use a template' }).first().click()
    await page.getByLabel('Search templates').fill('order')
    await page.getByRole('button', { name: /order_update/ }).click()
    await page.getByLabel('first name').fill('Marta')
    await page.getByLabel('order no').fill('8841')
    await page.getByLabel('day').fill('Friday')
    const preview = page.getByRole('article', { name: 'What the customer sees' })
    await preview.getByText('Hello Marta, your order 8841 is on its way').waitFor()
    await keep('template')
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const sent = page.getByRole('article', { name: 'Owner' }).filter({ hasText: 'your order 8841 is on its way' })
    await sent.waitFor()
    await until(async () => (await meta.thread()).some((line) => line.kind === 'template' && line.text.includes('8841')))
    await keep('template-sent')
    await page.setViewportSize({ width: 360, height: 740 })
    await page.getByRole('button', { name: 'Use a template' }).first().click()
    await page.getByRole('button', { name: /spring_offer/ }).click()
    await fits(page)
    await page.screenshot({ path: path.join(artifacts, 'template-360-light.png') })
    await page.keyboard.press('Escape')
    await fits(page)
    await page.screenshot({ path: path.join(artifacts, 'template-sent-360-light.png') })
    await page.setViewportSize({ width: 1440, height: 900 })
  })

  await t.test('a message fails, says why in plain words, and arrives when it is tried again', async () => {
    await meta.control('write', { phoneNumberId: number.id, customer, text: 'Thank you! When exactly?' })
    await page.getByRole('article').filter({ hasText: 'When exactly?' }).waitFor()
    await meta.control('fault', { times: 1, code: 131026 })
    await page.getByLabel('Reply to the customer').fill('Between nine and ten.')
    await page.keyboard.press('Enter')
    await page.getByText('Not delivered.', { exact: true }).waitFor()
    await page.getByText('Meta 131026').waitFor()
    await keep('failed')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Meta 131026').waitFor({ state: 'hidden' })
    await until(async () => (await meta.thread()).some((line) => line.text === 'Between nine and ten.'))
  })

  await t.test('search finds what the template said', async () => {
    await page.goto('/inbox?view=all&q=8841')
    await page.getByRole('link', { name: new RegExp(customer.name) }).first().waitFor()
  })

  assert.deepEqual(tab.faults, [])
  await tab.close()
})

/** @param {() => Promise<boolean>} met */
async function until(met) {
  const deadline = Date.now() + 15_000
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error('it did not come to that')
    await new Promise((next) => setTimeout(next, 100))
  }
}
