import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

let parley: FakeParley
let id: string
beforeEach(() => {
  parley = new FakeParley()
  id = parley.conversation('Amelia Hart', 'The rear brake squeals').id
})

const row = (name: string) => screen.findByRole('link', { name: new RegExp(name) })
const here = () => parley.conversations.find((c) => c.id === id)
const open = async () => {
  const page = renderPage(`/inbox/${id}`, { parley })
  await screen.findByLabelText('Reply to the customer')
  return page
}

test('A gives a conversation to a colleague, and it can be taken back', async () => {
  const { user } = await open()
  await user.keyboard('a')
  await user.click(await screen.findByRole('menuitemradio', { name: 'Jonas Weber' }))
  await waitFor(() => expect(here()?.assigneeName).toBe('Jonas Weber'))
  expect(await screen.findByText('Jonas Weber is handling this.')).toBeVisible()
  await waitFor(() => user.click(screen.getByRole('button', { name: 'Undo' })))
  await waitFor(() => expect(here()).toMatchObject({ assigneeId: '', handler: 'ai' }))
})

test('S puts a conversation off until tomorrow; it leaves the list and can be woken', async () => {
  const { user } = await open()
  await user.keyboard('s')
  await user.click(await screen.findByRole('menuitem', { name: /Tomorrow morning/ }))
  await waitFor(() => expect(new Date(here()?.snoozedUntil ?? '').getHours()).toBe(9))
  await waitFor(() => expect(screen.queryByRole('link', { name: /Amelia/ })).toBeNull())
  await waitFor(() => user.click(screen.getByRole('button', { name: 'Undo' })))
  await row('Amelia')
})

test('L puts labels on, and the row shows them', async () => {
  parley.label('Returns')
  parley.label('VIP', 'blue')
  const { user } = await open()
  await user.keyboard('l')
  await user.click(await screen.findByRole('menuitemcheckbox', { name: 'Returns' }))
  await user.click(await screen.findByRole('menuitemcheckbox', { name: 'VIP' }))
  await waitFor(() => expect(here()?.labels.map(({ name }) => name)).toEqual(['Returns', 'VIP']))
  await user.keyboard('{Escape}')
  expect(within(await row('Amelia')).getByRole('img', { name: 'Labels: Returns, VIP' })).toBeVisible()
})

test('filters narrow the list, stand in the address, and are taken away one by one', async () => {
  const label = parley.label('Returns')
  parley.change(id, { labels: [label], unread: 1 })
  parley.conversation('Ben', 'Hello')
  const { user, router } = renderPage('/inbox', { parley })
  await row('Ben')
  await user.click(await screen.findByRole('button', { name: 'Filter' }))
  await user.click(await screen.findByRole('menuitemradio', { name: 'Returns' }))
  await waitFor(() => expect(screen.queryByText('Ben')).toBeNull())
  expect(router.state.location.search).toEqual({ label: label.id })
  await user.click(screen.getByRole('button', { name: 'Filter' }))
  await user.click(await screen.findByRole('menuitemradio', { name: 'Me' }))
  expect(await screen.findByText('Nothing here fits these filters')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Remove the filter Me' }))
  await row('Amelia')
  await user.click(screen.getByRole('button', { name: 'Remove the filter Returns' }))
  await row('Ben')
  expect(router.state.location.search).toEqual({})
})

test('a slash finds a canned reply; Enter puts it in with its variables filled once, and sends nothing', async () => {
  parley.change(id, { contact: { id: 'k', name: '{{agent.name}}', phone: '', username: '' } })
  parley.keep('hours', 'Opening hours', 'Hello {{contact.name}}, {{business.name}} opens at 7. {{agent.name}}')
  parley.keep('bye', 'Goodbye', 'Bye')
  const { user } = await open()
  await user.keyboard('r')
  const box = screen.getByLabelText('Reply to the customer')
  await user.type(box, '/ho')
  const list = await screen.findByRole('listbox', { name: 'Canned replies' })
  expect(within(list).getAllByRole('option')).toHaveLength(1)
  expect(list).toHaveTextContent('Laib & Butter Bakery opens at 7')
  await user.keyboard('{Enter}')
  expect(box).toHaveValue('Hello {{agent.name}}, Laib & Butter Bakery opens at 7. Mila Berger')
  expect(screen.queryByRole('listbox')).toBeNull()
  expect(parley.asked.filter((path) => path.endsWith('/messages') && path.startsWith('POST'))).toEqual([])
})

test('X and shift select several, which are closed together and come back', async () => {
  parley.conversation('Ben', 'Hello')
  parley.conversation('Cleo', 'Hello')
  const { user } = renderPage('/inbox', { parley })
  await row('Cleo')
  await user.keyboard('jx')
  expect(screen.getByRole('checkbox', { name: 'Select Cleo' })).toBeChecked()
  await user.keyboard('{Shift>}')
  await user.click(screen.getByRole('checkbox', { name: 'Select Amelia Hart' }))
  await user.keyboard('{/Shift}')
  const bar = screen.getByRole('toolbar', { name: 'With the selected conversations' })
  expect(bar).toHaveTextContent('3 selected')
  await user.click(within(bar).getByRole('button', { name: 'Close' }))
  expect(await screen.findByText('Closed 3 conversations')).toBeVisible()
  expect(parley.conversations.map(({ status }) => status)).toEqual(['closed', 'closed', 'closed'])
  expect(screen.queryByRole('toolbar')).toBeNull()
  await waitFor(() => user.click(screen.getByRole('button', { name: 'Undo' })))
  await row('Ben')
})

test('a label put on many is taken off only where it was not before', async () => {
  const label = parley.label('VIP')
  parley.change(id, { labels: [label] })
  const ben = parley.conversation('Ben', 'Hello')
  const { user } = renderPage('/inbox', { parley })
  await row('Ben')
  for (const name of ['Ben', 'Amelia Hart']) await user.click(screen.getByRole('checkbox', { name: `Select ${name}` }))
  const bar = screen.getByRole('toolbar', { name: 'With the selected conversations' })
  await user.click(within(bar).getByRole('button', { name: 'Labels' }))
  await user.click(await screen.findByRole('menuitem', { name: 'VIP' }))
  await waitFor(() => user.click(screen.getByRole('button', { name: 'Undo' })))
  await waitFor(() => expect(ben.labels).toEqual([]))
  expect(here()?.labels).toEqual([label])
})
