import assert from 'node:assert/strict'

/**
 * Nothing may be wider than the window, nor scroll sideways in it.
 *
 * @param {import('playwright-core').Page} page
 */
export async function fits(page) {
  const wider = await page.evaluate(() => {
    const root = document.scrollingElement ?? document.documentElement
    if (root.scrollWidth > innerWidth) return [`the page: ${root.scrollWidth} px`]
    return [...document.querySelectorAll('body *')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX))
      .map((one) => `${one.tagName.toLowerCase()}.${one.className}`)
  })
  assert.deepEqual(wider, [], `nothing scrolls sideways at ${page.url()}`)
}
