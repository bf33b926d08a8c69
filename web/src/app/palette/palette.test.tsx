import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { marked } from '../../lib/marked'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'
import { matching, type Command } from './command'

const command = (name: string, detail = ''): Command =>
  ({ id: name, name, detail, icon: () => null, run: () => 0 }) as never

test('every word that was typed must be there, whatever its case and accents', () => {
  const all = [command('Amélie', 'refund, please'), command('Ampel')]
  expect(matching(all, 'REFUND amelie')).toEqual([all[0]])
  expect(matching(all, 'am')).toEqual(all)
  expect(matching(all, '')).toEqual(all)
})

test('what was typed is marked wherever it stands', () => {
  expect(marked('Refund the refit', 'ref')).toEqual([
    { text: 'Ref', hit: true },
    { text: 'und the ', hit: false },
    { text: 'ref', hit: true },
    { text: 'it', hit: false },
  ])
  expect(marked('İstanbul', 'x')).toEqual([{ text: 'İstanbul', hit: false }])
})

test('Ctrl and K find a page by its name, also while one is typing', async () => {
  const { user, router } = renderPage('/inbox')
  await user.type(await screen.findByRole('searchbox'), 'abc')
  await user.keyboard('{Control>}k{/Control}')
  const field = await screen.findByRole('combobox', { name: 'Find or do' })
  await waitFor(() => expect(field).toHaveFocus())
  await user.keyboard('knowl')
  expect(screen.getByRole('option', { selected: true })).toHaveTextContent('Knowledge')
  await user.keyboard('{Enter}')
  await waitFor(() => expect(router.state.location.pathname).toBe('/knowledge'))
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('it finds conversations by a word of theirs, and arrows choose', async () => {
  const parley = new FakeParley()
  parley.conversation('Amelia Hart', 'My brake squeals')
  const wanted = parley.conversation('Diego Fernández', 'Is there a warranty?')
  const { user, router } = renderPage('/inbox', { parley })
  await user.click(await screen.findByRole('button', { name: 'Find or do' }))
  await user.type(await screen.findByRole('combobox'), 'warranty')
  const found = await screen.findByRole('group', { name: 'Conversations' })
  await waitFor(() => expect(within(found).getAllByRole('option')).toHaveLength(1))
  await user.keyboard('{ArrowDown}{ArrowUp}{Enter}')
  await waitFor(() => expect(router.state.location.pathname).toBe(`/inbox/${wanted.id}`))
})

test('in a conversation it takes over, and closes', async () => {
  const parley = new FakeParley()
  const { id } = parley.conversation('Amelia Hart', 'My brake squeals')
  const { user } = renderPage(`/inbox/${id}`, { parley })
  await screen.findByRole('heading', { name: 'Amelia Hart' })
  await user.keyboard('{Control>}k{/Control}')
  await user.type(await screen.findByRole('combobox'), 'take over')
  await user.click(screen.getByRole('option', { name: /Take over from the AI/ }))
  expect(await screen.findByText('You are handling this.')).toBeVisible()
  expect(parley.conversations[0]?.handler).toBe('human')
})

test('it says when there is nothing of that name, and Escape leaves', async () => {
  const { user } = renderPage('/inbox')
  await screen.findByRole('heading', { name: 'Inbox' })
  await user.keyboard('{Control>}k{/Control}')
  await user.type(await screen.findByRole('combobox'), 'zzzz')
  expect(await screen.findByText(/Nothing is called “zzzz”/)).toBeVisible()
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('it changes the theme and shows the keys', async () => {
  const { user } = renderPage('/inbox')
  await screen.findByRole('heading', { name: 'Inbox' })
  await user.keyboard('{Control>}k{/Control}')
  await user.type(await screen.findByRole('combobox'), 'dark theme{Enter}')
  expect(document.documentElement.dataset.theme).toBe('dark')
  await user.keyboard('{Control>}k{/Control}')
  await user.type(await screen.findByRole('combobox'), 'show the keys{Enter}')
  expect(await screen.findByRole('dialog', { name: 'Keys' })).toBeVisible()
})

test('it leads to a contact, a label and a page of the settings', async () => {
  const parley = new FakeParley()
  const ada = parley.contact('Ada Lovelace')
  const vip = parley.label('Very important')
  const { user, router } = renderPage('/inbox', { parley })
  await screen.findByRole('heading', { name: 'Inbox' })
  const find = async (typed: string, wanted: RegExp) => {
    await user.keyboard('{Control>}k{/Control}')
    await user.type(await screen.findByRole('combobox'), typed)
    await user.click(await screen.findByRole('option', { name: wanted }))
  }
  await find('lovelace', /Ada Lovelace/)
  await waitFor(() => expect(router.state.location.pathname).toBe(`/contacts/${ada.id}`))
  await find('very imp', /Very important/)
  await waitFor(() => expect(router.state.location.search).toEqual({ label: vip.id }))
  await find('hours', /Hours/)
  await waitFor(() => expect(router.state.location.pathname).toBe('/settings/hours'))
})

test('it puts a canned reply behind what is written already', async () => {
  const parley = new FakeParley()
  const { id } = parley.conversation('Amelia Hart', 'My brake squeals')
  parley.keep('hours', 'When we are open', 'Dear {{contact.name}}, we open at 9:00.')
  const { user } = renderPage(`/inbox/${id}`, { parley })
  const box = await screen.findByLabelText('Reply to the customer')
  await user.type(box, 'Hello!')
  await user.keyboard('{Control>}k{/Control}')
  await user.type(await screen.findByRole('combobox'), 'when we{Enter}')
  await waitFor(() => expect(box).toHaveValue('Hello!\nDear Amelia Hart, we open at 9:00.'))
})
