import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openBrowser, openTab, signIn, typeIn } from '../lib/browser.js'
import { eventually } from '../lib/program.js'
import { openShop } from '../lib/shop.js'

/** @type {Awaited<ReturnType<typeof openShop>>} */
let shop
/** @type {import('playwright-core').Browser} */
let browser
/** @type {Awaited<ReturnType<typeof openTab>>} */
let tab
/** @type {string} */
let talk

before(async () => {
  // Tokens that live shorter than they ever would in earnest: their end is a part of the story.
  shop = await openShop('heal', { ACCESS_TOKEN_LIFE: '20s' })
  browser = await openBrowser()
  tab = await openTab(browser, shop.address)
  await signIn(tab.page)
  await shop.meta.write('Amelia Hart', '447700900101', 'What time do you open?')
  await eventually(async () => (await shop.meta.sent(/9:00/))[0], 'the answer of the AI')
  talk = (await shop.ask('GET', '/api/conversations')).items[0].id
  await shop.ask('POST', `/api/conversations/${talk}/takeover`)
  await tab.page.goto(`/inbox/${talk}`)
  await live(tab.page)
})

after(async () => {
  await browser?.close()
  assert.equal(await shop?.stop(), 0, 'the programs stop cleanly')
})

test('heal after restart: nothing is lost, nothing is doubled', async (t) => {
  const { page } = tab
  const log = page.getByRole('log', { name: 'Messages' })
  const box = page.getByLabel('Reply to the customer')

  await t.test('while the server is away the page says so, and what is sent waits', async () => {
    assert.equal(await shop.pause(), 0)
    await page.getByText('Catching up', { exact: true }).waitFor()
    await box.fill('Sent while the server was away.')
    await box.press('Enter')
    await log.getByText('Sent while the server was away.').waitFor()
    await box.fill('A draft that waits')
    await shop.meta.write('Amelia Hart', '447700900101', 'Written while you were away')
    assert.equal(await page.getByText('Not sent.').count(), 0)
  })

  await t.test('when it is back all is there, once, and the draft as it was', async () => {
    await shop.resume()
    await live(page)
    await log.getByText('Written while you were away').waitFor()
    await eventually(async () => (await shop.meta.sent(/server was away/))[0], 'the reply at the customer')
    assert.equal(await box.inputValue(), 'A draft that waits')
    assert.equal(await log.getByText('Sent while the server was away.').count(), 1)
    assert.deepEqual(await shop.meta.sent(/server was away/), ['Sent while the server was away.'])
  })

  await t.test('a reply whose answer is lost on the way is said once', async () => {
    let lost = 0
    await page.route('**/api/conversations/*/messages', async (route) => {
      if (route.request().method() !== 'POST' || lost++ >= 2) return route.continue()
      await route.fetch() // it arrives
      await route.abort()
    })
    await box.fill('Its answer was lost.')
    await box.press('Enter')
    await eventually(async () => lost > 2 || undefined, 'the reply to be sent again')
    await log.getByText('Its answer was lost.').waitFor()
    await page.unroute('**/api/conversations/*/messages')
    assert.deepEqual(await shop.meta.sent(/answer was lost/), ['Its answer was lost.'])
  })

  await t.test('without a network the page says so; with one it catches up', async () => {
    await page.context().setOffline(true)
    await page.getByText('Offline', { exact: true }).waitFor()
    await shop.meta.write('Amelia Hart', '447700900101', 'Written without a network')
    await page.context().setOffline(false)
    await live(page)
    await log.getByText('Written without a network').waitFor()
  })

  await t.test('a page that was asleep shows what it missed', async () => {
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })
    await shop.meta.write('Amelia Hart', '447700900101', 'Written while you slept')
    await new Promise((next) => setTimeout(next, 3_000))
    await devtools.send('Page.setWebLifecycleState', { state: 'active' })
    await log.getByText('Written while you slept').waitFor()
  })
})

test('five tabs over the end of their token, and nobody is signed out', async (t) => {
  const pages = [tab.page]
  while (pages.length < 5) {
    const page = await tab.page.context().newPage()
    await page.goto(`/inbox/${talk}`)
    pages.push(page)
  }
  let renewals = 0
  tab.page.context().on('request', (request) => {
    if (request.url().endsWith('/api/auth/refresh')) renewals++
  })
  await Promise.all(pages.map(live))
  await new Promise((next) => setTimeout(next, 25_000)) // longer than a token lives
  await shop.meta.write('Amelia Hart', '447700900101', 'Are all five still there?')
  for (const page of pages) {
    await page.getByRole('log', { name: 'Messages' }).getByText('Are all five still there?').waitFor()
    assert.match(page.url(), new RegExp(`/inbox/${talk}`))
    await live(page)
  }
  t.diagnostic(`five tabs renewed their token ${renewals} times in 25 s`)
  assert.ok(renewals >= 1, 'the token had to be renewed')
  for (const page of pages.slice(1)) await page.close()
})

test('a session that is ended goes to sign-in, and comes back to the same place as it was typed', async () => {
  const { page } = tab
  await page.goto('/settings/business')
  const about = page.getByLabel('What do you do?', { exact: false }).or(page.locator('textarea')).first()
  await about.fill('Flowers, and what goes with them')
  await page.context().clearCookies() // the browser can renew nothing any more
  await eventually(async () => (page.url().includes('/sign-in') ? true : undefined), 'the sign-in page')
  await typeIn(page)
  await page.waitForURL('**/settings/business')
  await eventually(async () => {
    return (await about.inputValue()) === 'Flowers, and what goes with them' || undefined
  }, 'what was typed')
})

test('nothing complained of itself', () => {
  // That requests failed while there was nobody to answer, the browser notes by itself.
  const faults = tab.faults.filter((fault) => !/Failed to load resource|ERR_|WebSocket/.test(fault))
  assert.deepEqual(faults, [])
})

/** @param {import('playwright-core').Page} page */
function live(page) {
  return page.getByText('Live', { exact: true }).waitFor()
}
