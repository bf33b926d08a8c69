import { expect, test } from 'vitest'
import { titleOf } from './title-of'

test.each([
  ['', ''],
  ['\n  ## Opening hours\nNine to five', 'Opening hours'],
  [
    'We are open from Monday to Friday between nine in the morning and six',
    'We are open from Monday to Friday between nine in the…',
  ],
  ['x'.repeat(80), `${'x'.repeat(60)}…`],
])('the first line names a text', (text, title) => {
  expect(titleOf(text)).toBe(title)
})
