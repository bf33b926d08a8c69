import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

const hour = 3_600_000
const start = Date.parse('2026-01-25T08:00:00Z')

/** A workspace in which "Customer 0" wrote last, and each of the others an hour earlier. */
function crowd(n: number): FakeParley {
  const parley = new FakeParley()
  for (let i = n - 1; i >= 0; i--) {
    const at = new Date(start - i * hour).toISOString()
    const c = parley.conversation(`Customer ${i}`, 'Hello', { id: `c${i}` })
    c.lastMessage.at = at
  }
  return parley
}

const list = () => screen.findByRole('list', { name: 'All' })
const names = async () =>
  within(await list())
    .getAllByRole('listitem')
    .map((row) => row.querySelector('bdi')?.textContent)

test('only the rows in sight are there, and each says where it stands', async () => {
  renderPage('/inbox', { parley: crowd(200) })
  const rows = within(await list()).getAllByRole('listitem')
  expect(rows.length).toBeGreaterThan(10)
  expect(rows.length).toBeLessThan(60)
  expect(rows[4]).toHaveAttribute('aria-posinset', '5')
  expect(rows[4]).toHaveAttribute('aria-setsize', '-1')
})

test('with J the focus goes on, also to rows that were not there', async () => {
  const { user } = renderPage('/inbox', { parley: crowd(120) })
  await list()
  await user.keyboard('jjj')
  expect(document.activeElement).toHaveTextContent('Customer 2')
  await user.keyboard('k')
  expect(document.activeElement).toHaveTextContent('Customer 1')
})

test('more is read as the end comes near, however long the list', async () => {
  const parley = crowd(120)
  renderPage('/inbox', { parley })
  const box = (await list()).parentElement
  if (!box) throw new Error('the list has no box')
  for (const [top, name] of [
    [2_000, 'Customer 30'],
    [6_500, 'Customer 90'],
  ] as const) {
    Object.defineProperty(box, 'scrollTop', { configurable: true, value: top })
    fireEvent.scroll(box)
    await waitFor(async () => expect(await names()).toContain(name))
  }
})

test('a change asks for the newest page and the one that is read, not for all of them', async () => {
  const parley = crowd(200)
  const { live } = renderPage('/inbox', { parley })
  await vi.waitFor(() => expect(live.state).toBe('live'))
  await list()
  const asked = () => parley.asked.filter((one) => one === 'GET /api/conversations').length
  await waitFor(() => expect(asked()).toBeGreaterThan(0))
  await new Promise((done) => setTimeout(done, 300))
  const before = asked()
  parley.conversation('New one', 'Are you there?')
  await waitFor(async () => expect((await names())[0]).toBe('New one'))
  expect(asked() - before).toBeLessThanOrEqual(3)
})

test('what was closed elsewhere leaves the list, and the rest stays', async () => {
  const parley = crowd(130)
  const { live } = renderPage('/inbox', { parley })
  await vi.waitFor(() => expect(live.state).toBe('live'))
  await waitFor(async () => expect(await names()).toContain('Customer 3'))
  parley.change('c3', { status: 'closed' })
  await waitFor(async () => expect(await names()).not.toContain('Customer 3'))
  expect((await names()).slice(0, 4)).toEqual(['Customer 0', 'Customer 1', 'Customer 2', 'Customer 4'])
})

test('a search finds open and closed ones, marks the words and leads to the message', async () => {
  const parley = new FakeParley()
  const open = parley.conversation('Amelia Hart', 'Do you repair a tandem?')
  for (let i = 0; i < 120; i++) parley.say(open.id, { sender: 'customer', text: `Line ${i}` })
  parley.conversation('Ben', 'My tandem squeaks', { status: 'closed' })
  parley.conversation('Cem', 'Nothing of the sort')
  const { user, router } = renderPage('/inbox?view=unreplied', { parley })
  await user.type(await screen.findByRole('searchbox'), 'tandem')
  await waitFor(() => expect(router.state.location.search).toEqual({ q: 'tandem' }))
  const ben = await screen.findByRole('link', { name: /Ben/ })
  expect(within(ben).getByText('Closed')).toBeVisible()
  expect(within(ben).getByText('tandem').tagName).toBe('MARK')
  expect(screen.queryByRole('link', { name: /Cem/ })).toBeNull()
  await user.click(screen.getByRole('link', { name: /Amelia Hart/ }))
  await waitFor(() => expect(router.state.location.search).toEqual({ q: 'tandem', at: 1 }))
  const thread = await screen.findByRole('log')
  const found = await within(thread).findByText('Do you repair a tandem?')
  expect(found.closest('[aria-current]')).not.toBeNull()
  expect(within(thread).queryByText('Line 119')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'To the newest' }))
  expect(await screen.findByText('Line 119')).toBeVisible()
})

test('a reply in the middle of a thread leads to its end', async () => {
  const parley = new FakeParley()
  const { id } = parley.conversation('Amelia Hart', 'Do you repair a tandem?')
  for (let i = 0; i < 120; i++) parley.say(id, { sender: 'customer', text: `Line ${i}` })
  const { user, router } = renderPage(`/inbox/${id}?at=1`, { parley })
  await screen.findByText('Do you repair a tandem?', { selector: '[aria-current] *' })
  await user.type(screen.getByRole('textbox', { name: /Reply/ }), 'Yes, we do{Enter}')
  await waitFor(() => expect(router.state.location.search).toEqual({}))
  expect(await within(screen.getByRole('log')).findByText('Yes, we do')).toBeVisible()
})
