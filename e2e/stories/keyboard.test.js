import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openBrowser, openTab } from '../lib/browser.js'
import { furnish } from '../lib/furnish.js'
import { owner, startProgram } from '../lib/program.js'

/** @type {Awaited<ReturnType<typeof startProgram>>} */
let program
/** @type {import('playwright-core').Browser} */
let browser

before(async () => {
  program = await startProgram('keyboard')
  await furnish(program.address)
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  assert.equal(await program?.stop(), 0, 'the program stops cleanly')
})

test('with the keyboard alone: sign in, open, reply, hand back', async () => {
  const tab = await openTab(browser, program.address)
  const { page } = tab
  const { keyboard } = page
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await tabTo(page, 'Email')
  await keyboard.type(owner.email)
  await tabTo(page, 'Password')
  await keyboard.type(owner.password)
  await keyboard.press('Enter')
  await page.getByRole('list', { name: 'All' }).getByRole('link').first().waitFor()

  await keyboard.press('j')
  await keyboard.press('Enter')
  await page.getByRole('log', { name: 'Messages' }).waitFor()
  await page.getByText('The AI has this conversation.').waitFor()
  await keyboard.press('t')
  await page.getByText('You are handling this.').waitFor()
  await keyboard.press('r')
  await keyboard.type('Written without a mouse.')
  await keyboard.press('Enter')
  await page.getByRole('log', { name: 'Messages' }).getByText('Written without a mouse.').waitFor()
  await keyboard.press('Escape')
  await keyboard.press('t')
  await page.getByText('The AI has this conversation.').waitFor()
  await keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await keyboard.press('Escape')
  await keyboard.press('e')
  await page
    .getByText(/Closed the conversation/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('You are handling this.').waitFor()
  await keyboard.press('g')
  await keyboard.press('k')
  await page.getByRole('heading', { name: 'Knowledge' }).waitFor()
  assert.deepEqual(tab.faults, [])
  await tab.close()
})

/**
 * Goes on with the Tab key until a control has the focus.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} label
 */
async function tabTo(page, label) {
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab')
    const control = page.getByLabel(label, { exact: true })
    if (await control.evaluate((one) => one === document.activeElement)) return
  }
  assert.fail(`${label} cannot be reached with the Tab key`)
}
