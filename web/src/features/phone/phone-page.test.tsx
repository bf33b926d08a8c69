import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'
import { server } from '../../testing/server'
import { sizeOf } from '../../testing/size-of'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
  parley.know('Opening hours', 'We are open on Sunday from 8 to 12.')
})

const open = () => renderPage('/phone', { parley })
const box = () => screen.findByLabelText('Message to the business')
const screenOf = () => screen.findByRole('log', { name: 'Messages on the phone' })

test('a question in own words is answered on the phone, with ticks and the reasons beside it', async () => {
  const { user, router } = open()
  expect(await box()).toHaveFocus()
  await user.type(await box(), 'Open on Sunday?{Enter}')
  const phone = await screenOf()
  const mine = await within(phone).findByRole('article', { name: 'You, as the customer' })
  expect(mine).toHaveTextContent('Open on Sunday?')
  expect(await within(mine).findByRole('img', { name: 'Read' })).toBeVisible()
  expect(await within(phone).findByRole('article', { name: 'The business' })).toHaveTextContent(
    'We are open on Sunday from 8 to 12.',
  )
  expect(within(phone).getByText('Today')).toBeVisible()
  expect(await box()).toHaveValue('')

  const happened = await screen.findByRole('region', { name: 'What happened' })
  expect(await within(happened).findByText('1 passage found')).toBeVisible()
  expect(happened).toHaveTextContent('Best: Opening hours, 1.00')
  expect(happened).toHaveTextContent('Built-in answerer, 4.2 ms')
  expect(happened).toHaveTextContent('2 of 2 checks passed')
  expect(happened).toHaveTextContent('Delivered')
  await user.click(within(happened).getByRole('link', { name: 'Why this answer' }))
  expect(await screen.findByRole('complementary', { name: 'Why this answer' })).toBeVisible()
  expect(router.state.location.pathname).toMatch(/^\/inbox\/c-/)
})

test('before the first word the page says what will be there', async () => {
  const { user } = open()
  expect(await screen.findByText(/what Parley makes of it stands here/)).toBeVisible()
  expect(screen.getByText(/Up to 30 messages a minute/)).toBeVisible()
  await user.click(screen.getByRole('link', { name: 'See it in the inbox' }))
  expect(await screen.findByRole('heading', { name: 'Inbox' })).toBeVisible()
})

test('what nobody knows is handed to people', async () => {
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Can you book me a flight to Oslo?' }))
  const happened = await screen.findByRole('region', { name: 'What happened' })
  expect(await within(happened).findByText('Handed off to people')).toBeVisible()
  expect(happened).toHaveTextContent('No passage found')
  expect(within(await screenOf()).getByText(/A person will write to you/)).toBeVisible()
})

test('what a person replies arrives on the phone', async () => {
  const { user, live } = open()
  await user.type(await box(), 'Flights to Oslo?{Enter}')
  await within(await screenOf()).findByText(/A person will write to you/)
  await waitFor(() => expect(live.state).toBe('live'))
  await user.type(await box(), 'Hello?{Enter}')
  await within(await screenOf()).findByText('Hello?')
  const happened = await screen.findByRole('region', { name: 'What happened' })
  expect(await within(happened).findByText('A person has this conversation')).toBeVisible()
  const id = parley.conversations[0]?.id ?? ''
  parley.say(id, { sender: 'agent', text: 'Mila here.', authorId: 'u-mila', authorName: 'Mila Berger', sentAt: null })
  expect(await within(await screenOf()).findByText('Mila here.')).toBeVisible()
  expect(await within(happened).findByText('Mila Berger answered')).toBeVisible()
})

test('the business is seen typing', async () => {
  const { user } = open()
  server.use(http.get(/\/api\/demo\/messages$/, () => HttpResponse.json({ items: [], typing: true }), { once: true }))
  await user.click(await box())
  expect(await screen.findByRole('status', { name: 'typing…' })).toBeVisible()
  await waitFor(() => expect(screen.queryByRole('status', { name: 'typing…' })).toBeNull())
})

test('bold is bold, as on a real phone', async () => {
  const { user } = open()
  await user.type(await box(), 'Is the *buckwheat* loaf _really_ ~not~ `free` of 2*3*4?{Enter}')
  const mine = await within(await screenOf()).findByRole('article', { name: 'You, as the customer' })
  await waitFor(() => expect(mine.querySelector('strong')).toHaveTextContent('buckwheat'))
  expect(mine.querySelector('em')).toHaveTextContent('really')
  expect(mine.querySelector('s')).toHaveTextContent('not')
  expect(mine.querySelector('code')).toHaveTextContent('free')
  expect(mine).toHaveTextContent('2*3*4?')
})

test('a message over the limit says so and goes back to the box', async () => {
  const { user } = open()
  await box()
  server.use(
    http.post(/\/api\/demo\/messages$/, () =>
      HttpResponse.json({ detail: 'The phone may write 30 messages a minute.' }, { status: 429 }),
    ),
  )
  await user.type(await box(), 'One more')
  await user.click(screen.getByRole('button', { name: 'Send' }))
  expect(await screen.findByText(/The phone may write 30 messages a minute./)).toBeVisible()
  await user.type(await box(), 'And')
  await user.click(screen.getByRole('button', { name: 'Back to the text' }))
  expect(await box()).toHaveValue('One more\nAnd')
  expect(screen.queryByText('Not sent.')).toBeNull()
})

test('starting over makes a new customer; the old conversation stays', async () => {
  const { user } = open()
  await user.type(await box(), 'Open on Sunday?{Enter}')
  await within(await screenOf()).findByText(/from 8 to 12/)
  await user.click(screen.getAllByRole('button', { name: 'Start over' })[0] ?? document.body)
  expect(await screen.findByText(/You are a new customer now/)).toBeVisible()
  await waitFor(async () => expect(within(await screenOf()).queryByText(/from 8 to 12/)).toBeNull())
  await user.type(await box(), 'Hello?{Enter}')
  await waitFor(() => expect(parley.conversations.map((c) => c.contact.name)).toEqual(['Customer 2', 'Customer 1']))
})

test('starting over that fails changes nothing', async () => {
  const { user } = open()
  await box()
  server.use(http.post(/\/api\/demo\/reset$/, () => HttpResponse.error()))
  await user.click(screen.getAllByRole('button', { name: 'Start over' })[0] ?? document.body)
  expect(await screen.findByText(/You are still the same customer./)).toBeVisible()
})

test('a phone that is switched off says why', async () => {
  parley.phone = { enabled: false, reason: 'A real number is connected; the phone is off by default then.' }
  open()
  expect(await screen.findByText('There is no phone here')).toBeVisible()
  expect(screen.getByText(/A real number is connected/)).toBeVisible()
  expect(screen.getByRole('link', { name: 'Go to the inbox' })).toHaveAttribute('href', '/inbox')
})

test('whose role has no phone is told so', async () => {
  open()
  server.use(http.get(/\/api\/demo$/, () => HttpResponse.json({}, { status: 403 })))
  expect(await screen.findByText(/Your role does not allow this/)).toBeVisible()
})

test('a phone that does not answer is tried again', async () => {
  const { user } = open()
  let down = true
  server.use(http.get(/\/api\/demo$/, () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  expect(await screen.findByText('The phone does not answer.')).toBeVisible()
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await box()).toBeVisible()
})

test('messages that cannot be read are tried again', async () => {
  const { user } = open()
  let down = true
  server.use(http.get(/\/api\/demo\/messages$/, () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  expect(await screen.findByText('The phone does not answer.')).toBeVisible()
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(screen.queryByText('The phone does not answer.')).toBeNull())
})

test('on a phone the page is the phone', async () => {
  sizeOf.window(360)
  const { user } = open()
  await user.type(await box(), 'Open on Sunday?{Enter}')
  expect(await within(await screenOf()).findByText(/from 8 to 12/)).toBeVisible()
  expect(screen.queryByRole('region', { name: 'What happened' })).toBeNull()
  expect(screen.getByRole('heading', { name: 'Phone' })).toBeInTheDocument()
})
