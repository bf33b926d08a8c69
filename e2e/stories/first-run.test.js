import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { openBrowser, openTab, writeOnPhone } from '../lib/browser.js'
import { fits } from '../lib/fits.js'
import { shop } from '../lib/furnish.js'
import { artifacts, owner, startProgram } from '../lib/program.js'

/** @type {Awaited<ReturnType<typeof startProgram>>} */
let program
/** @type {import('playwright-core').Browser} */
let browser

before(async () => {
  program = await startProgram('first-run')
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  assert.equal(await program?.stop(), 0, 'the program stops cleanly')
})

// How fast a newcomer types, and how long they look at a page before doing anything.
const typing = { delay: 12 }
const lookMs = 500

const mostSeconds = 30

test('a newcomer has a first answer from their own text in under 30 seconds', async (t) => {
  const tab = await openTab(browser, program.address)
  const { page } = tab
  const look = () => new Promise((next) => setTimeout(next, lookMs))
  const began = performance.now()

  await page.goto('/')
  await page.getByLabel('Email').pressSequentially(owner.email, typing)
  await page.getByLabel('Password', { exact: true }).pressSequentially(owner.password, typing)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'First steps' }).waitFor()
  await look()
  await page.getByLabel('What you do').pressSequentially('We sell flowers and bind bouquets.', typing)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByLabel('What customers ask you').pressSequentially(shop.text, typing)
  await page.getByRole('button', { name: 'Give it to the assistant' }).click()
  await page.getByRole('button', { name: 'Show the phone' }).waitFor()
  await look()
  const answer = await writeOnPhone(page, 'How much is a bouquet?', /25 euros/)
  const seconds = (performance.now() - began) / 1000

  t.diagnostic(`first answer from own text after ${seconds.toFixed(1)} s, ${Math.round(answer)} ms after the question`)
  assert.ok(seconds < mostSeconds, `it took ${seconds.toFixed(1)} s`)
  await page.getByText('3 of 6').waitFor()
  await page.screenshot({ path: path.join(artifacts, 'first-run.png') })

  await t.test('what is done stays done, and the steps can be left and found again', async () => {
    await page.getByRole('link', { name: 'Later' }).click()
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    await page.getByRole('button', { name: /^Your account/ }).click()
    await page.getByRole('menuitem', { name: 'First steps' }).click()
    await page.getByText('3 of 6').waitFor()
    await page.getByRole('button', { name: /Choose who writes the answers/ }).click()
    await page.getByRole('button', { name: 'Stay with the built-in answerer' }).click()
    await page.getByText('4 of 6').waitFor()
    await page.reload()
    await page.getByText('4 of 6').waitFor()
    await fits(page)
  })

  await t.test('the customer of the phone is exported, and erased for good', async () => {
    await page.goto('/contacts')
    await page
      .getByRole('link', { name: /./ })
      .filter({ hasText: /Customer|Phone|\+/ })
      .first()
      .waitFor()
    await page.getByRole('table').getByRole('link').first().click()
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export all' }).click(),
    ])
    assert.equal(saved.suggestedFilename(), 'contact.zip')
    const contact = page.url()
    await page.getByRole('button', { name: 'Erase' }).click()
    const dialog = page.getByRole('dialog')
    const label = (await dialog.locator('label').first().textContent()) ?? ''
    const name = /^Type (.*) to go on$/.exec(label)?.[1] ?? ''
    assert.notEqual(name, '')
    await dialog.getByRole('textbox').fill(name)
    await page.screenshot({ path: path.join(artifacts, 'erase.png') })
    await dialog.getByRole('button', { name: 'Erase for good' }).click()
    await page.getByRole('heading', { name: 'Erased' }).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    await page.getByText('No contacts yet').waitFor()
    await page.goto('/inbox')
    await page.getByRole('heading', { name: 'No conversations yet' }).waitFor()
    await page.goto(contact)
    await page.getByText('This contact could not be read.').waitFor()
  })

  // The last page asked for somebody who is not there any more.
  assert.deepEqual(
    tab.faults.filter((fault) => !fault.includes('404')),
    [],
  )
  await tab.close()
})
