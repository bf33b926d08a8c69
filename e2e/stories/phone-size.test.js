import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openBrowser, openTab, signIn, tellThreeSentences, writeOnPhone } from '../lib/browser.js'
import { fits } from '../lib/fits.js'
import { startProgram } from '../lib/program.js'

/** @type {Awaited<ReturnType<typeof startProgram>>} */
let program
/** @type {import('playwright-core').Browser} */
let browser

before(async () => {
  program = await startProgram('phone-size')
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  assert.equal(await program?.stop(), 0, 'the program stops cleanly')
})

test('on a phone of 360 px everything works and nothing scrolls sideways', async () => {
  const tab = await openTab(browser, program.address, { width: 360, height: 740 })
  const { page } = tab
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await fits(page)
  await signIn(page)
  await page.getByRole('heading', { name: 'No conversations yet' }).waitFor()
  await fits(page)

  const bar = page.getByRole('navigation', { name: 'Main' })
  await bar.getByRole('link', { name: 'Knowledge' }).click()
  await page.getByRole('heading', { name: 'What should the AI know?' }).waitFor()
  await fits(page)
  await tellThreeSentences(page)
  await fits(page)
  await page.getByRole('searchbox').fill('When can I come by?')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByText(/It would/).waitFor()
  await fits(page)
  await page.getByRole('button', { name: 'About the shop', exact: true }).click()
  await page.getByRole('document', { name: 'Text of the document' }).waitFor()
  await fits(page)
  await page.getByRole('complementary').getByRole('button', { name: 'Close' }).click()

  await bar.getByRole('link', { name: 'Phone' }).click()
  await writeOnPhone(page, 'What time do you open?', /9:00/)
  await fits(page)
  await page.getByRole('link', { name: 'See it in the inbox' }).click()
  await page.getByText('The AI has this conversation.').waitFor()
  await fits(page)
  await page.getByRole('button', { name: 'Why?' }).first().click()
  await page.getByText('Passages used').waitFor()
  await fits(page)
  await page.getByRole('complementary').getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: /Take over/ }).click()
  await page.getByLabel('Reply to the customer').fill('Rosa here.')
  await page.getByRole('button', { name: /^Send/ }).click()
  await page.getByRole('log', { name: 'Messages' }).getByText('Rosa here.').waitFor()
  await fits(page)
  await page.getByRole('link', { name: 'Back to the list' }).click()
  await page.getByRole('list', { name: 'All' }).getByRole('link').first().waitFor()
  await fits(page)

  await bar.getByRole('button', { name: 'More places' }).click()
  await page.getByRole('menuitem', { name: 'Account' }).click()
  await page.getByRole('heading', { name: 'Account' }).waitFor()
  await fits(page)
  assert.deepEqual(tab.faults, [])
  await tab.close()
})
