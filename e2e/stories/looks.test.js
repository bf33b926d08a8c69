import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { openBrowser, openTab, signIn, writeOnPhone } from '../lib/browser.js'
import { fits } from '../lib/fits.js'
import { furnish } from '../lib/furnish.js'
import { artifacts, startProgram } from '../lib/program.js'

/** @type {Awaited<ReturnType<typeof startProgram>>} */
let program
/** @type {import('playwright-core').Browser} */
let browser

before(async () => {
  program = await startProgram('looks')
  await furnish(program.address)
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  assert.equal(await program?.stop(), 0, 'the program stops cleanly')
})

for (const width of [1440, 360]) {
  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    test(`how it looks: ${width} px, ${theme}`, async () => {
      const tab = await openTab(browser, program.address, { width, height: width === 360 ? 740 : 900, theme })
      const { page } = tab
      /** @param {string} name */
      const keep = async (name) => {
        await page.screenshot({ path: path.join(artifacts, `${name}-${width}-${theme}.png`) })
        await fits(page)
      }
      await page.goto('/sign-in')
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      await keep('sign-in')
      await signIn(page)
      await page.getByRole('list', { name: 'All' }).getByRole('link').first().waitFor()
      if (width > 1000) await page.getByText('Live', { exact: true }).waitFor()
      await keep('inbox')
      await page.goto('/phone')
      await page.getByLabel('Message to the business').waitFor()
      await page.getByRole('button', { name: 'Start over' }).first().click()
      await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Close' }).click()
      await writeOnPhone(page, 'Hello! What time do you open?', /9:00/)
      await writeOnPhone(page, 'And how much is a bouquet?', /25 euros/)
      if (width > 1000) await page.getByText('Best: About the shop').waitFor()
      await keep('phone')
      await page.getByRole('link', { name: 'See it in the inbox' }).click()
      await page.getByRole('button', { name: 'Why?' }).nth(1).waitFor()
      await keep('thread')
      await page.getByRole('button', { name: 'Why?' }).last().click()
      await page.getByText('Passages used').waitFor()
      await keep('why')
      await page.goto('/knowledge?q=What+time+do+you+open%3F')
      await page.getByText('It would answer').waitFor()
      await keep('knowledge')
      for (const [place, heading] of /** @type {const} */ ([
        ['contacts', 'Contacts'],
        ['reports', 'Reports'],
        ['settings/business', 'Business'],
        ['settings/hours', 'Hours'],
        ['settings/numbers', 'WhatsApp numbers'],
        ['settings/templates', 'Templates'],
        ['settings/labels', 'Labels'],
        ['settings/canned-replies', 'Canned replies'],
        ['settings/team', 'Team'],
        ['settings/notices', 'Notices'],
        ['start', 'First steps'],
        ['settings/keys', 'API keys'],
        ['settings/sessions', 'Sessions'],
      ])) {
        await page.goto(`/${place}`)
        await page.getByRole('heading', { name: heading }).first().waitFor()
        await page.waitForLoadState('networkidle')
        await keep(place.replace('/', '-'))
      }
      await page.goto('/account')
      await page.getByRole('heading', { name: 'Account' }).waitFor()
      await keep('account')
      assert.deepEqual(tab.faults, [])
      await tab.close()
    })
  }
}
