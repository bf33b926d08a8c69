import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openBrowser, openTab, signIn } from '../lib/browser.js'
import { eventually } from '../lib/program.js'
import { ana, openShop } from '../lib/shop.js'

// How many rounds the two agents race; a full run has 50.
const rounds = Number(process.env.E2E_ROUNDS ?? 50)
// What the middle change may take to another screen: 200 ms where the machine is quiet, more where it is shared.
const within = Number(process.env.E2E_WITHIN_MS ?? 1000)
// How many times a change is timed on its way to another screen.
const timed = 15

/** @type {Awaited<ReturnType<typeof openShop>>} */
let shop
/** @type {import('playwright-core').Browser} */
let browser
/** @type {Awaited<ReturnType<typeof openTab>>} */
let rosas
/** @type {Awaited<ReturnType<typeof openTab>>} */
let anas
/** @type {string} */
let talk

before(async () => {
  shop = await openShop('live')
  browser = await openBrowser()
  rosas = await openTab(browser, shop.address)
  anas = await openTab(browser, shop.address)
  await Promise.all([signIn(rosas.page), signIn(anas.page, ana)])
  await shop.meta.write('Amelia Hart', '447700900101', 'What time do you open?')
  await eventually(async () => (await shop.meta.sent(/9:00/))[0], 'the answer of the AI')
  talk = (await shop.ask('GET', '/api/conversations')).items[0].id
  for (const { page } of [rosas, anas]) await page.getByText('Live', { exact: true }).waitFor()
})

after(async () => {
  await browser?.close()
  assert.equal(await shop?.stop(), 0, 'the programs stop cleanly')
})

test('colleagues see each other', async (t) => {
  const { page: rosa } = rosas
  const { page: her } = anas

  await t.test('who looks at a conversation is in its row, and in its thread', async () => {
    await her.goto(`/inbox/${talk}`)
    await rosa.getByRole('img', { name: 'Here now: Ana Lopez' }).waitFor()
    await rosa.goto(`/inbox/${talk}`)
    await rosa.getByText('Ana Lopez is looking at this').waitFor()
  })

  await t.test('who writes is seen while they write, before one sends', async () => {
    await her.getByLabel('Reply to the customer').pressSequentially('Dear Ame')
    await rosa.getByText('Ana Lopez is typing…').waitFor()
    await rosa.getByLabel('Reply to the customer').pressSequentially('Hello')
    await rosa.getByText(/Ana Lopez is writing here, too/).waitFor()
    await her.getByText(/is writing here, too/).waitFor()
    await rosa.getByText('Ana Lopez is looking at this').waitFor() // she has stopped
    await rosa.getByLabel('Reply to the customer').fill('')
    await her.getByLabel('Reply to the customer').fill('')
  })

  await t.test('who leaves is gone', async () => {
    await her.goto('/contacts')
    await rosa.getByText(/Ana Lopez is/).waitFor({ state: 'detached' })
  })
})

test('a change shows on other screens at once', async (t) => {
  const { page: rosa } = rosas
  const { page: her } = anas
  await rosa.goto('/inbox')
  await her.goto(`/inbox/${talk}`)
  await shop.ask('POST', `/api/conversations/${talk}/takeover`) // the AI's answer would be the last word at once
  await rosa.getByText('Live', { exact: true }).waitFor()
  await her.getByText('Live', { exact: true }).waitFor()

  await t.test('from the webhook to the row', async (t) => {
    const took = []
    for (let i = 0; i < timed; i++) {
      const text = `Question ${i}, please?`
      const shown = rosa.evaluate(whenShown, text)
      const began = Date.now()
      await shop.meta.write('Amelia Hart', '447700900101', text)
      took.push((await shown) - began)
    }
    judge(t, 'from the customer’s message to the row in the browser', took)
  })

  await t.test('from a key on one screen to the other', async (t) => {
    const took = []
    await rosa.goto(`/inbox/${talk}`)
    await rosa.getByText('Live', { exact: true }).waitFor()
    await her.getByRole('button', { name: 'Note', exact: true }).click()
    const box = her.getByLabel('Note for colleagues')
    for (let i = 0; i < timed; i++) {
      const text = `Note ${i} for you`
      await box.fill(text)
      const shown = rosa.evaluate(whenShown, text)
      const began = her.evaluate(whenPressed)
      await box.press('Enter')
      took.push((await shown) - (await began))
    }
    judge(t, 'from the key that saves a note to the other screen', took)
  })
})

test(`two agents take over and reply at once, ${rounds} times: one wins, the other is told`, async (t) => {
  const { page: rosa } = rosas
  const { page: her } = anas
  const wins = { Rosa: 0, Ana: 0 }
  await Promise.all([rosa.goto(`/inbox/${talk}`), her.goto(`/inbox/${talk}`)])
  for (let round = 1; round <= rounds; round++) {
    await shop.ask('POST', `/api/conversations/${talk}/assign`, { userId: '' })
    const sides = [
      { name: 'Rosa', page: rosa },
      { name: 'Ana', page: her },
    ]
    for (const { name, page } of sides) {
      await page.getByText('Nobody is handling this.').waitFor()
      await page.getByLabel('Reply to the customer').fill(`Round ${round} of ${name}.`)
    }
    // In every other round they take over first, and then both send all the same.
    if (round % 2 === 0) {
      // A button that is gone by then says that the other was first.
      await Promise.all(sides.map(({ page }) => page.evaluate(takeOver)))
      await Promise.all(
        sides.map(({ page }) =>
          page
            .getByText(/is handling this\.|You are handling this\./)
            .first()
            .waitFor(),
        ),
      )
    }
    await Promise.all(sides.map(({ page }) => page.getByLabel('Reply to the customer').press('Enter')))
    const sent = await eventually(async () => {
      const all = await shop.meta.sent(new RegExp(`^Round ${round} of`))
      return all.length > 0 ? all : undefined
    }, 'a reply at the customer')
    const winner = sent[0]?.includes('Rosa') ? 'Rosa' : 'Ana'
    const loser = winner === 'Rosa' ? her : rosa
    wins[winner]++
    await loser.getByText('Not sent.').waitFor()
    await loser
      .getByText(/A colleague is handling this conversation\. Your text was not sent/)
      .first()
      .waitFor()
    await loser.getByRole('button', { name: 'Back to the draft' }).click()
    const back = winner === 'Rosa' ? 'Ana' : 'Rosa'
    assert.equal(
      await loser.getByLabel('Reply to the customer').inputValue(),
      `Round ${round} of ${back}.`,
      'nothing typed is lost',
    )
  }
  const all = await shop.meta.sent(/^Round \d+ of/)
  assert.equal(all.length, rounds, 'one reply of each round reached the customer')
  assert.equal(new Set(all.map((text) => text.split(' of ')[0])).size, rounds, 'and none twice')
  const log = rosa.getByRole('log', { name: 'Messages' })
  await log.getByText(`Round ${rounds} of`).waitFor()
  t.diagnostic(`${rounds} rounds: Rosa won ${wins.Rosa}, Ana ${wins.Ana}`)
  await rosa.getByLabel('Reply to the customer').fill('')
  await her.getByLabel('Reply to the customer').fill('')
})

test('nothing complained', () => {
  // The browser itself notes each request that was answered with 409, as it should be.
  const faults = [...rosas.faults, ...anas.faults].filter((fault) => !/status of 409/.test(fault))
  assert.deepEqual(faults, [])
})

/**
 * @param {import('node:test').TestContext} t
 * @param {string} what
 * @param {number[]} took
 */
function judge(t, what, took) {
  const sorted = took.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0
  t.diagnostic(
    `${what}: the middle of ${took.length} took ${Math.round(middle)} ms, the slowest ${Math.round(sorted.at(-1) ?? 0)} ms`,
  )
  assert.ok(middle < within, `${what}: ${took.join(', ')} ms`)
}

// Runs in the page: when a text is first on it.
function whenShown(/** @type {string} */ text) {
  return new Promise((/** @type {(at: number) => void} */ found, failed) => {
    const look = () => {
      if (!document.body.innerText.includes(text)) return
      observer.disconnect()
      found(Date.now())
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, { childList: true, subtree: true, characterData: true })
    look()
    setTimeout(() => failed(new Error(`never shown: ${text}`)), 20_000)
  })
}

// Runs in the page: when the next Enter is pressed.
function whenPressed() {
  return new Promise((/** @type {(at: number) => void} */ pressed) => {
    addEventListener('keydown', () => pressed(Date.now()), { capture: true, once: true })
  })
}

// Runs in the page.
function takeOver() {
  const button = document.querySelector('button[aria-keyshortcuts="t"]')
  if (button instanceof HTMLElement) button.click()
}
