import { screen, waitFor } from '@testing-library/react'
import i18next from 'i18next'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { furnish } from '../../tools/furnish'
import { chooseWords } from '../lib/i18n'
import { pseudoTag } from '../lib/languages'
import { FakeParley } from '../testing/fake-parley'
import { renderPage } from '../testing/render-page'

beforeAll(() => chooseWords(pseudoTag))
afterAll(() => chooseWords('en'))

test('the inbox, a conversation and knowledge are mirrored and have no word of their own', async () => {
  const parley = new FakeParley()
  furnish(parley)
  const { router } = renderPage('/inbox', { parley })
  expect(document.documentElement).toHaveAttribute('dir', 'rtl')
  expect((await screen.findAllByText('Amelia Hart'))[0]).toBeVisible()
  expect(untranslated(parley)).toEqual([])

  for (const { id, contact } of parley.conversations) {
    await router.navigate({ to: '/inbox/$conversationId', params: { conversationId: id } })
    expect((await screen.findAllByRole('article'))[0]).toBeVisible()
    expect(await screen.findByRole('heading', { name: new RegExp(contact.name) })).toBeVisible()
    expect(untranslated(parley)).toEqual([])
  }

  await router.navigate({ to: '/knowledge' })
  expect(await screen.findByText('Opening hours')).toBeVisible()
  expect(untranslated(parley)).toEqual([])
})

test('menus open on the side the language is read from', async () => {
  const { user } = renderPage('/knowledge')
  const name = new RegExp(escaped(i18next.t('menu.open', { name: '' }).slice(0, 12)))
  await user.click((await screen.findAllByRole('button', { name }))[0] ?? document.body)
  await waitFor(() => expect(screen.getByRole('menu')).toHaveAttribute('dir', 'rtl'))
})

// What is read or read aloud, is in no brackets and does not come from the server. Intl writes Arabic.
function untranslated(parley: FakeParley): string[] {
  const data = JSON.stringify([parley.user, parley.tenants, parley.conversations, parley.messages, parley.documents])
  return shown()
    .map(outsideBrackets)
    .flatMap((text) => text.split(/[,:;·\n]|(?<=[.!?]) /))
    .map((text) => text.trim())
    .filter((text) => /[A-Za-z]{3}/.test(text) && !data.includes(text))
}

function shown(): string[] {
  const out: string[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode
    if (!node.parentElement?.closest('style, script, kbd, option')) out.push(node.textContent ?? '')
  }
  for (const attribute of ['aria-label', 'title', 'placeholder', 'alt']) {
    for (const one of document.body.querySelectorAll(`[${attribute}]`)) out.push(one.getAttribute(attribute) ?? '')
  }
  return out
}

// Words stand in words ("Handed off: asked for a person"), so brackets in brackets.
function outsideBrackets(text: string): string {
  const less = text.replace(/⟦[^⟦⟧]*⟧/g, '')
  return less === text ? text : outsideBrackets(less)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
