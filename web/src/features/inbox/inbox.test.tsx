import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'
import { server } from '../../testing/server'
import { sizeOf } from '../../testing/size-of'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
})

const hours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString()
const row = (name: string) => screen.findByRole('link', { name: new RegExp(name) })

test('a newcomer is led to the first two steps', async () => {
  renderPage('/inbox', { parley })
  expect(await screen.findByRole('heading', { name: 'No conversations yet' })).toBeVisible()
  expect(await screen.findByRole('link', { name: 'Tell it' })).toHaveAttribute('href', '/knowledge')
  expect(screen.getByRole('link', { name: 'Open the phone' })).toHaveAttribute('href', '/phone')
})

test('on a phone the first steps stand in the list', async () => {
  sizeOf.window(360)
  renderPage('/inbox', { parley })
  const list = await screen.findByRole('region', { name: 'Conversations' })
  expect(await within(list).findByRole('link', { name: 'Tell it' })).toBeVisible()
})

test('who has told the AI something is led on to the phone', async () => {
  parley.know('Hours', 'We are open from 9 to 18.')
  renderPage('/inbox', { parley })
  expect(await screen.findByText('It knows 1 document and answers on its own.')).toBeVisible()
})

test('without a phone there is no step to it', async () => {
  parley.phone = { enabled: false, reason: 'Off.' }
  renderPage('/inbox', { parley })
  await screen.findByRole('link', { name: 'Tell it' })
  await waitFor(() => expect(screen.queryByRole('link', { name: 'Open the phone' })).toBeNull())
})

test('a row says who, the last word, and what is to be done', async () => {
  const at = hours(-1)
  const person = { handler: 'human', assigneeId: 'u-jonas', assigneeName: 'Jonas Weber' } as const
  const handoff = { at, reason: 'asked_for_person', summary: '' }
  parley.conversation('Amelia Hart', 'Are you open?', { unread: 3 })
  parley.conversation('', 'No name', { contact: { id: 'k', name: '', phone: '447700900142', username: '' } })
  parley.conversation('', 'Only a username', { contact: { id: 'k', name: '', phone: '', username: 'lukas.rides' } })
  parley.conversation('', 'Nothing known', { contact: { id: 'k', name: '', phone: '', username: '' } })
  parley.conversation('Ben', 'A person, please', { handler: 'human', handoff })
  parley.conversation('Cleo', 'Hello?', { ...person, windowUntil: hours(1.5) })
  parley.conversation('Dora', 'Sent?', { ...person, problem: 'unknown' })
  parley.conversation('Emil', 'Sent?', { ...person, problem: 'failed' })
  parley.conversation('Fay', 'Writing', { answering: true })
  const late = parley.conversation('Gus', 'Since an hour', { ...person, assigneeId: parley.user.id })
  late.lastMessage.at = at
  const photo = parley.conversation('Hal', 'Look')
  parley.say(photo.id, { sender: 'agent', kind: 'image', text: '' })
  renderPage('/inbox', { parley })

  expect(within(await row('Amelia Hart')).getByRole('img', { name: '3 unread' })).toBeVisible()
  expect(await row('\\+447700900142')).toBeVisible()
  expect(await row('@lukas.rides')).toBeVisible()
  expect(await row('Unknown')).toBeVisible()
  expect(await row('Ben')).toHaveTextContent('Handed off: asked for a personNobody yet')
  expect(await row('Cleo')).toHaveTextContent(/Window 1 hr (29|30) minJonas Weber/)
  expect(await row('Dora')).toHaveTextContent('Did it arrive?')
  expect(await row('Emil')).toHaveTextContent('Not delivered')
  expect(await row('Fay')).toHaveTextContent('Answering…')
  expect(await row('Gus')).toHaveTextContent('Waiting 1 hrYou')
  expect(await row('Hal')).toHaveTextContent('Photo')
  expect(within(await row('Hal')).getByRole('img', { name: 'The AI answers' })).toBeVisible()
  expect(within(await row('Cleo')).getByRole('img', { name: 'Jonas Weber answers' })).toBeVisible()
})

test('tabs narrow the list, and the address keeps them', async () => {
  parley.conversation('Amelia Hart', 'Are you open?')
  parley.conversation('Ben', 'Done', { status: 'closed' })
  const { user, router } = renderPage('/inbox', { parley })
  await row('Amelia')
  await user.click(screen.getByRole('button', { name: 'More' }))
  await user.click(await screen.findByRole('menuitemradio', { name: 'Closed' }))
  await row('Ben')
  await waitFor(() => expect(screen.queryByText('Amelia Hart')).toBeNull())
  expect(router.state.location.search).toEqual({ view: 'closed' })
  await user.click(screen.getByRole('button', { name: /Needs me/ }))
  expect(await screen.findByText('Nobody waits for you')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'All' }))
  await row('Amelia')
  expect(router.state.location.search).toEqual({})
})

test('words find a conversation by what was said in it', async () => {
  parley.conversation('Amelia Hart', 'The rear brake squeals')
  parley.conversation('Ben', 'Hello')
  const { user, router } = renderPage('/inbox', { parley })
  await row('Ben')
  await user.keyboard('/')
  const field = screen.getByRole('searchbox', { name: 'Search names and messages' })
  expect(field).toHaveFocus()
  await user.type(field, 'squeal')
  await waitFor(() => expect(screen.queryByText('Ben')).toBeNull())
  expect(router.state.location.search).toEqual({ q: 'squeal' })
  await user.type(field, ' nowhere')
  expect(await screen.findByText('Nothing found')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Clear the search' }))
  await row('Ben')
  await user.type(field, '{Escape}')
  expect(field).not.toHaveFocus()
})

test('a list that cannot be read says so and is tried again', async () => {
  parley.conversation('Amelia Hart', 'Hello')
  const { user } = renderPage('/inbox', { parley })
  let down = true
  server.use(http.get(/\/api\/conversations$/, () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  expect(await screen.findByText('The conversations could not be read.')).toBeVisible()
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await row('Amelia')
})

test('J and K move through the list, Enter opens, Escape closes', async () => {
  parley.conversation('Ann', 'Hello')
  parley.conversation('Bob', 'Hello', {
    lastMessage: { at: hours(-1), kind: 'text', sender: 'customer', text: 'Hello' },
  })
  const { user, router } = renderPage('/inbox', { parley })
  await row('Ann')
  const rows = () => within(screen.getByRole('list', { name: 'All' })).getAllByRole('link')
  await user.keyboard('j')
  expect(rows()[0]).toHaveFocus()
  await user.keyboard('j')
  expect(rows()[1]).toHaveFocus()
  await user.keyboard('k{Enter}')
  expect(await screen.findByRole('log', { name: 'Messages' })).toBeVisible()
  expect(rows()[0]).toHaveAttribute('aria-current', 'page')
  await user.keyboard('{Escape}')
  await waitFor(() => expect(router.state.location.pathname).toBe('/inbox'))
  expect(await screen.findByText('Choose a conversation from the list.')).toBeVisible()
})

test('what arrives while the inbox is open is shown without asking', async () => {
  parley.conversation('Amelia Hart', 'Hello')
  const { live } = renderPage('/inbox', { parley })
  await row('Amelia')
  await waitFor(() => expect(live.state).toBe('live'))
  parley.conversation('Ben', 'Somebody there?')
  expect(await row('Ben')).toHaveTextContent('Somebody there?')
})

test('on a phone one pane is shown at a time, and back leads to the list', async () => {
  sizeOf.window(360)
  const c = parley.conversation('Amelia Hart', 'Hello')
  const { user, router } = renderPage(`/inbox/${c.id}`, { parley })
  await screen.findByRole('heading', { name: 'Amelia Hart' })
  expect(screen.getAllByRole('navigation', { name: 'Main' })).toHaveLength(1)
  await user.click(screen.getByRole('link', { name: 'Back to the list' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/inbox'))
  expect(screen.getAllByRole('navigation', { name: 'Main' })).toHaveLength(2)
})

test('a conversation that is not there says so', async () => {
  parley.conversation('Amelia Hart', 'Hello')
  renderPage('/inbox/nobody', { parley })
  expect(await screen.findByText('There is no such conversation')).toBeVisible()
})

test('a conversation that cannot be read is tried again', async () => {
  const { user } = renderPage('/inbox/c-9', { parley })
  let down = true
  server.use(http.get(/\/api\/conversations\/c-9$/, () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  expect(await screen.findByText('The conversation could not be read.')).toBeVisible()
  parley.conversation('Amelia Hart', 'Hello', { id: 'c-9' })
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('heading', { name: 'Amelia Hart' })).toBeVisible()
})

test('the phone can be laid beside the thread', async () => {
  const c = parley.conversation('Amelia Hart', 'Hello')
  const { user, router } = renderPage(`/inbox/${c.id}`, { parley })
  await user.click(await screen.findByRole('button', { name: 'Phone beside the inbox' }))
  const pane = await screen.findByRole('complementary', { name: 'Phone' })
  await user.type(await within(pane).findByLabelText('Message to the business'), 'Anybody there?{Enter}')
  expect(await row('Customer 1')).toBeVisible()
  await user.click(within(pane).getByRole('button', { name: 'Start over' }))
  expect(await screen.findByText(/You are a new customer now./)).toBeVisible()
  fireEvent.keyDown(pane, { key: 'Escape' })
  await waitFor(() => expect(screen.queryByRole('complementary', { name: 'Phone' })).toBeNull())
  expect(router.state.location.search).toEqual({})
})
