import { chromium } from 'playwright-core'
import { shop } from './furnish.js'
import { owner } from './program.js'

/** A browser that is on the machine already; none is downloaded. */
export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/**
 * Opens a tab of its own, as another person at another machine would. Whatever goes wrong in it is kept in `faults`.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} address
 * @param {{ width?: number, height?: number, theme?: 'light' | 'dark' }} [look]
 */
export async function openTab(browser, address, { width = 1440, height = 900, theme = 'light' } = {}) {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width, height },
    colorScheme: theme,
    hasTouch: width < 500,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  /** @type {string[]} */
  const faults = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  return { page, faults, close: () => context.close() }
}

/**
 * Signs in, as the owner unless told otherwise, and waits for the inbox.
 *
 * @param {import('playwright-core').Page} page
 * @param {{ email: string, password: string }} [who]
 */
export async function signIn(page, who = owner) {
  await page.goto('/')
  await typeIn(page, who)
  await page.waitForURL(/\/(inbox|start)$/)
  if (page.url().endsWith('/start')) await page.getByRole('link', { name: 'Later' }).click()
  await page.getByRole('heading', { name: 'Inbox' }).waitFor()
}

/**
 * Fills in the sign-in page that is open.
 *
 * @param {import('playwright-core').Page} page
 * @param {{ email: string, password: string }} [who]
 */
export async function typeIn(page, { email, password } = owner) {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/**
 * Tells the AI three sentences about a shop, from the empty page.
 *
 * @param {import('playwright-core').Page} page
 */
export async function tellThreeSentences(page) {
  await page.getByLabel('Text', { exact: true }).fill(shop.text)
  await page.getByLabel('Title').fill(shop.title)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('row', { name: /About the shop.*Ready/ }).waitFor()
}

/**
 * Writes on the phone that is open, and waits for what the business says next.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} text
 * @param {RegExp} answer
 * @returns {Promise<number>} milliseconds from the key that sends to the answer on the screen, as the page itself saw it
 */
export async function writeOnPhone(page, text, answer) {
  const said = page.getByRole('log', { name: 'Messages on the phone' }).getByRole('article', { name: 'The business' })
  const before = await said.count()
  const box = page.getByLabel('Message to the business')
  await box.fill(text)
  const took = page.evaluate(awaitAnswer, { before, answer: answer.source })
  await box.press('Enter')
  return took
}

// Runs in the page, where no question of a test stands between the answer and the clock.
function awaitAnswer(/** @type {{ before: number, answer: string }} */ { before, answer }) {
  return new Promise((/** @type {(took: number) => void} */ found, failed) => {
    let start = performance.now()
    addEventListener('keydown', ({ timeStamp }) => (start = timeStamp), { capture: true, once: true })
    const look = () => {
      const said = document.querySelectorAll('[role=log] article[aria-label="The business"]')[before]?.textContent ?? ''
      if (!new RegExp(answer).test(said)) return
      observer.disconnect()
      found(performance.now() - start)
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, { childList: true, subtree: true, characterData: true })
    setTimeout(() => failed(new Error(`no answer like ${answer}`)), 15_000)
  })
}
