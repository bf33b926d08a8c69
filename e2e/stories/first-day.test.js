import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openBrowser, openTab, signIn, tellThreeSentences, writeOnPhone } from '../lib/browser.js'
import { startProgram } from '../lib/program.js'

/** @type {Awaited<ReturnType<typeof startProgram>>} */
let program
/** @type {import('playwright-core').Browser} */
let browser

before(async () => {
  program = await startProgram('first-day')
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  assert.equal(await program?.stop(), 0, 'the program stops cleanly')
})

test('the first day of a shop: told, asked, answered, explained, taken over, handed back', async (t) => {
  const shop = await openTab(browser, program.address)
  const colleague = await openTab(browser, program.address)
  const { page } = shop

  await t.test('sign in and tell the AI three sentences', async () => {
    await signIn(page)
    await page.getByRole('heading', { name: 'No conversations yet' }).waitFor()
    await page.getByRole('link', { name: 'Tell it', exact: true }).click()
    await page.getByRole('heading', { name: 'What should the AI know?' }).waitFor()
    await tellThreeSentences(page)
  })

  await t.test('try a question: what would it find, and say?', async () => {
    const box = page.getByRole('searchbox', { name: 'What would the AI find?' })
    await box.fill('What time do you open?')
    await box.press('Enter')
    await page.getByText('It would answer').waitFor()
    await page.getByRole('link', { name: 'About the shop' }).first().waitFor()
  })

  await t.test('a colleague has the inbox open', async () => {
    await signIn(colleague.page)
    await colleague.page.getByRole('heading', { name: 'No conversations yet' }).waitFor()
    await colleague.page.getByText('Live', { exact: true }).waitFor()
  })

  await t.test('write from the phone in own words: the right answer', async (t) => {
    await page.goto('/phone')
    await page.getByText('Live', { exact: true }).waitFor()
    const took = await writeOnPhone(page, 'What time do you open?', /9:00/)
    t.diagnostic(`first answer on the phone after ${Math.round(took)} ms`)
    const again = await writeOnPhone(page, 'And how much is a bouquet?', /25 euros/)
    t.diagnostic(`second answer on the phone after ${Math.round(again)} ms`)
  })

  await t.test('the colleague sees it without loading anything', async () => {
    const row = colleague.page.getByRole('list', { name: 'All' }).getByRole('link').first()
    await row.getByText(/25 euros/).waitFor()
    await row.click()
    await colleague.page.getByText('The AI has this conversation.').waitFor()
  })

  await t.test('why: the sentence, its document, the checks', async () => {
    const { page } = colleague
    await page.getByRole('button', { name: 'Why?' }).first().click()
    const panel = page.getByRole('complementary', { name: 'Why this answer' })
    await panel.getByText('Passages used').waitFor()
    await panel.getByRole('link', { name: 'About the shop' }).first().waitFor()
    await panel
      .getByText(/open Monday to Saturday from 9:00 to 18:30/)
      .first()
      .waitFor()
    await panel.getByText('Built-in answerer: quotes your documents').waitFor()
    await panel.getByRole('button', { name: 'Close' }).click()
  })

  await t.test('take over and reply: the phone sees it', async () => {
    const { page: theirs } = colleague
    await theirs.getByRole('button', { name: /Take over/ }).click()
    await theirs.getByText('You are handling this.').waitFor()
    await theirs.getByLabel('Reply to the customer').fill('Rosa here: shall I put one aside for you?')
    await theirs.getByRole('button', { name: /^Send/ }).click()
    const phone = page.getByRole('log', { name: 'Messages on the phone' })
    await phone.getByText('Rosa here: shall I put one aside for you?').waitFor()
  })

  await t.test('while a person has it the AI stays quiet', async () => {
    const { page: theirs } = colleague
    const box = page.getByLabel('Message to the business')
    await box.fill('Yes please! Are you open on Sunday?')
    await box.press('Enter')
    await theirs.getByRole('log', { name: 'Messages' }).getByText('Yes please! Are you open on Sunday?').waitFor()
    await theirs.getByText('You are handling this.').waitFor()
    await theirs.getByLabel('Reply to the customer').fill('It is ready on Monday.')
    await theirs.getByRole('button', { name: /^Send/ }).click()
    const said = page.getByRole('log', { name: 'Messages on the phone' }).getByRole('article', { name: 'The business' })
    await said.filter({ hasText: 'It is ready on Monday.' }).waitFor()
    const after = await said.allTextContents()
    assert.match(after.at(-2) ?? '', /Rosa here/, 'nothing stands between the two replies of the person')
  })

  await t.test('hand back: the AI answers again', async () => {
    const { page: theirs } = colleague
    await theirs.getByRole('button', { name: /Hand back to AI/ }).click()
    await theirs.getByText('The AI has this conversation.').waitFor()
    await writeOnPhone(page, 'How much is delivery in the city?', /5 euros/)
  })

  await t.test('a new customer is a new conversation', async () => {
    await page.getByRole('button', { name: 'Start over' }).first().click()
    await page
      .getByText(/You are a new customer now/)
      .first()
      .waitFor()
    await writeOnPhone(page, 'Where are you?', /Market Square 4/)
    const rows = colleague.page.getByRole('list', { name: 'All' }).getByRole('link')
    await rows.nth(1).waitFor()
  })

  await t.test('what the AI does not know goes to people', async () => {
    await writeOnPhone(page, 'I want to talk to a person', /./)
    await colleague.page.getByRole('img', { name: '1 needs you' }).first().waitFor()
  })

  await t.test('nothing complained', () => {
    assert.deepEqual(shop.faults, [])
    assert.deepEqual(colleague.faults, [])
  })
  await shop.close()
  await colleague.close()
})
