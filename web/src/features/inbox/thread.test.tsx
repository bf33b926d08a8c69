import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'
import { server } from '../../testing/server'

let parley: FakeParley
let id: string
beforeEach(() => {
  parley = new FakeParley()
  id = parley.conversation('Amelia Hart', 'Are you open on Sunday?').id
})

const open = () => renderPage(`/inbox/${id}`, { parley })
const hours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString()
const mine = () => ({ handler: 'human', assigneeId: parley.user.id, assigneeName: parley.user.name }) as const
const thread = () => screen.findByRole('log', { name: 'Messages' })

test('a thread shows who said what, and what happened', async () => {
  parley.answer(id, 'Yes, see https://laib.example/hours.')
  parley.say(id, {
    sender: 'agent',
    text: 'From 8 to 12.',
    authorId: 'u-jonas',
    authorName: 'Jonas Weber',
    status: 'read',
  })
  parley.say(id, { sender: 'agent', kind: 'note', text: 'A regular.', authorName: 'Jonas Weber' })
  parley.say(id, { sender: 'customer', kind: 'image', text: 'This one' })
  parley.say(id, { sender: 'customer', kind: 'interactive', text: '' })
  parley.say(id, { sender: 'system', kind: 'event', text: 'closed', authorName: 'Jonas Weber' })
  parley.say(id, { sender: 'system', kind: 'event', text: 'opted_out' })
  parley.say(id, { sender: 'system', kind: 'event', text: 'moved_to_mars' })
  parley.say(id, {
    sender: 'system',
    kind: 'event',
    text: 'handed_off',
    payload: { detail: 'asked_for_person', summary: 'Wants 40 rolls.' },
  })
  open()
  const log = await thread()
  expect(await within(log).findByText('Today')).toBeVisible()
  expect(within(log).getAllByRole('article', { name: 'Customer' })[0]).toHaveTextContent('Are you open on Sunday?')
  const ai = within(log).getByRole('article', { name: 'AI assistant' })
  expect(within(ai).getByRole('link')).toHaveAttribute('href', 'https://laib.example/hours')
  const jonas = within(log).getByRole('article', { name: 'Jonas Weber' })
  expect(within(jonas).getByRole('img', { name: 'Read' })).toBeVisible()
  expect(within(log).getByRole('article', { name: 'Note by Jonas Weber' })).toHaveTextContent(
    'only your team sees this',
  )
  expect(log).toHaveTextContent('Photo')
  expect(log).toHaveTextContent('Choice')
  expect(log).toHaveTextContent('Jonas Weber closed the conversation')
  expect(log).toHaveTextContent('The customer wrote STOP: nothing more is sent')
  expect(log).toHaveTextContent('moved to mars')
  expect(log).toHaveTextContent('Handed off to people: asked for a person')
  expect(log).toHaveTextContent('Wants 40 rolls.')
})

test('what was unread stays marked while it is read, and the server is told', async () => {
  parley.say(id, { sender: 'customer', text: 'Hello?' })
  parley.change(id, { unread: 2 })
  open()
  expect(await screen.findByText('2 new messages')).toBeVisible()
  await waitFor(() => expect(parley.conversations[0]?.unread).toBe(0))
  expect(screen.getByText('2 new messages')).toBeVisible()
})

test('a reply is in the thread at once, takes over from the AI and leaves the box empty', async () => {
  const { user } = open()
  await user.keyboard('r')
  const box = await screen.findByLabelText('Reply to the customer')
  await user.type(box, 'Yes,{Shift>}{Enter}{/Shift}until noon.{Enter}')
  const log = await thread()
  expect(await within(log).findByText(/until noon/)).toBeVisible()
  expect(box).toHaveValue('')
  expect(await screen.findByText('You are handling this.')).toBeVisible()
  expect(parley.messages.at(-1)).toMatchObject({ sender: 'agent', text: 'Yes,\nuntil noon.' })
  expect(within(log).getAllByText(/until noon/)).toHaveLength(1)
})

test('a reply whose answer is lost is sent again by itself, and stands there once', async () => {
  const { parley, user } = open()
  const ids: string[] = []
  server.use(
    http.post(/\/messages$/, async ({ request }) => {
      const { id } = (await request.clone().json()) as { id: string }
      ids.push(id)
      const answer = await parley.handle(request) // it arrives every time
      return ids.length < 3 ? HttpResponse.error() : answer
    }),
  )
  await user.type(await screen.findByLabelText('Reply to the customer'), 'Until noon.{Enter}')
  await waitFor(() => expect(ids).toHaveLength(3), { timeout: 5_000 })
  expect(new Set(ids).size).toBe(1)
  expect(parley.messages.filter(({ text }) => text === 'Until noon.')).toHaveLength(1)
  expect(within(await thread()).getAllByText('Until noon.')).toHaveLength(1)
  expect(screen.queryByText('Not sent.')).toBeNull()
})

test('a reply that is refused says why and goes back to the draft', async () => {
  const { user } = open()
  const detail = 'A colleague is handling this conversation. Your text was not sent; take over first.'
  server.use(http.post(/\/messages$/, () => HttpResponse.json({ detail }, { status: 409 })))
  const box = await screen.findByLabelText('Reply to the customer')
  await user.type(box, 'Until noon.')
  await user.click(screen.getByRole('button', { name: /Send/ }))
  expect(await screen.findByText('Not sent.')).toBeVisible()
  expect(screen.getByText(/A colleague is handling this conversation/)).toBeVisible()
  await user.type(box, 'And')
  await user.click(screen.getByRole('button', { name: 'Back to the draft' }))
  expect(box).toHaveValue('Until noon.\nAnd')
  expect(screen.queryByText('Not sent.')).toBeNull()
})

test('a note is for colleagues', async () => {
  const { user } = open()
  await screen.findByLabelText('Reply to the customer')
  await user.keyboard('n')
  const box = await screen.findByLabelText('Note for colleagues')
  expect(box).toHaveFocus()
  await user.type(box, 'A regular.{Enter}')
  expect(await screen.findByRole('article', { name: 'Note by Mila Berger' })).toHaveTextContent('A regular.')
  await user.type(box, '{Escape}')
  expect(box).not.toHaveFocus()
  await user.click(screen.getByRole('button', { name: 'Reply' }))
  expect(screen.getByLabelText('Reply to the customer')).toHaveFocus()
})

test('a draft is kept when one leaves, and nobody else sees it', async () => {
  const other = parley.conversation('Ben', 'Hello').id
  const { user, router } = open()
  await user.type(await screen.findByLabelText('Reply to the customer'), 'Half a')
  await router.navigate({ to: '/inbox/$conversationId', params: { conversationId: other } })
  await screen.findByRole('heading', { name: 'Ben' })
  expect(screen.getByLabelText('Reply to the customer')).toHaveValue('')
  await router.navigate({ to: '/inbox/$conversationId', params: { conversationId: id } })
  await screen.findByRole('heading', { name: 'Amelia Hart' })
  expect(screen.getByLabelText('Reply to the customer')).toHaveValue('Half a')
})

test('T takes over and hands back', async () => {
  const { user } = open()
  expect(await screen.findByText('The AI has this conversation.')).toBeVisible()
  await user.keyboard('t')
  expect(await screen.findByText('You are handling this.')).toBeVisible()
  await waitFor(() => expect(parley.conversations[0]?.handler).toBe('human'))
  await user.click(await screen.findByRole('button', { name: /Hand back to AI/ }))
  expect(await screen.findByText('The AI has this conversation.')).toBeVisible()
  await waitFor(() => expect(parley.conversations[0]?.handler).toBe('ai'))
  expect(await screen.findByText(/handed back to the AI/)).toBeVisible()
})

test('a take-over that fails is taken back and says why', async () => {
  const { user } = open()
  server.use(http.post(/\/takeover$/, () => HttpResponse.json({ detail: 'Jonas was faster.' }, { status: 409 })))
  await user.click(await screen.findByRole('button', { name: /Take over/ }))
  expect(await screen.findByText('Jonas was faster.')).toBeVisible()
  expect(await screen.findByText('The AI has this conversation.')).toBeVisible()
})

test.each([
  [
    'handed off',
    { handler: 'human', handoff: { at: hours(-1), reason: 'not_known', summary: '' } },
    /nothing known about it.*Waiting for 1 hr.*Take it/,
  ],
  ['nobody', { handler: 'human' }, /Nobody is handling this/],
  ['a colleague', { handler: 'human', assigneeId: 'u-2', assigneeName: 'Jonas Weber' }, /Jonas Weber is handling this/],
  ['being answered', { answering: true }, /AI is answering.*Take over/],
  ['suggesting', { mode: 'suggest' }, /The AI suggests, people send/],
  ['closed', { status: 'closed' }, /Closed.*Reopen/],
] as const)('the state bar says who acts: %s', async (_, part, words) => {
  parley.change(id, part)
  open()
  await thread()
  await waitFor(() =>
    expect(
      screen
        .getAllByRole('status')
        .map((one) => one.textContent)
        .join('|'),
    ).toMatch(words),
  )
})

test('outside the window only notes can be written', async () => {
  parley.change(id, { ...mine(), windowUntil: hours(-3) })
  open()
  expect(await screen.findByText('Window closed 3 hr ago.')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Reply' })).toBeDisabled()
  expect(screen.getByLabelText('Note for colleagues')).toBeVisible()
})

test('a person whose AI is off may not hand back', async () => {
  parley.change(id, { ...mine(), mode: 'off' })
  open()
  expect(await screen.findByText('The AI is switched off here.')).toBeVisible()
  expect(screen.queryByRole('button', { name: /Hand back/ })).toBeNull()
})

test('closing can be undone', async () => {
  const { user } = open()
  await thread()
  await user.keyboard('e')
  expect(await screen.findByText('Closed the conversation with Amelia Hart')).toBeVisible()
  await waitFor(() => expect(parley.conversations[0]?.status).toBe('closed'))
  await waitFor(() => user.click(screen.getByRole('button', { name: 'Undo' })))
  await waitFor(() => expect(parley.conversations[0]?.status).toBe('active'))
  server.use(http.post(/\/close$/, () => HttpResponse.json({ detail: 'Not now.' }, { status: 409 })))
  await user.click((await screen.findAllByRole('button', { name: /^Close/ }))[0] ?? document.body)
  expect(await screen.findByText('Not now.')).toBeVisible()
})

test('whether the AI may act here is chosen', async () => {
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'AI: Answers' }))
  await user.click(await screen.findByRole('menuitemradio', { name: /Suggests/ }))
  expect(await screen.findByRole('button', { name: 'AI: Suggests' })).toBeVisible()
  expect(await screen.findByText(/let the AI suggest/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'AI: Suggests' }))
  await user.click(await screen.findByRole('menuitemradio', { name: /Stays out/ }))
  await waitFor(() => expect(parley.conversations[0]).toMatchObject({ mode: 'off', handler: 'human' }))
  server.use(http.patch(/\/api\/conversations/, () => HttpResponse.json({ detail: 'No.' }, { status: 403 })))
  await user.click(await screen.findByRole('button', { name: 'AI: Stays out' }))
  await user.click(await screen.findByRole('menuitemradio', { name: /Answers/ }))
  expect(await screen.findByText('No.')).toBeVisible()
})

test('what the AI suggests is put into the reply, not sent', async () => {
  parley.change(id, { mode: 'suggest' })
  parley.say(id, { sender: 'ai', kind: 'suggestion', text: 'Yes, from 8 to 12.' })
  const { user } = open()
  const card = await screen.findByRole('article', { name: 'The AI would say' })
  await user.click(within(card).getByRole('button', { name: 'Put it into the reply' }))
  expect(screen.getByLabelText('Reply to the customer')).toHaveValue('Yes, from 8 to 12.')
  expect(parley.messages.some(({ sender }) => sender === 'agent')).toBe(false)
})

test('a message that did not arrive says why, with the code of Meta, and is sent again', async () => {
  const error = { code: 131026, text: 'The number has no WhatsApp.', todo: 'Ask for another one.' }
  parley.say(id, { sender: 'agent', text: 'Here you are.', status: 'failed', error })
  parley.say(id, { sender: 'agent', text: 'And this.', status: 'unknown' })
  const { user } = open()
  const log = await thread()
  await within(log).findByText('Not delivered.')
  expect(log).toHaveTextContent('The number has no WhatsApp. Ask for another one. Meta 131026')
  expect(log).toHaveTextContent('Nobody knows whether it arrived.')
  await user.click(within(log).getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(screen.queryByText('Not delivered.')).toBeNull())
  await user.click(within(log).getByRole('button', { name: 'Send again' }))
  await waitFor(() => expect(screen.queryByText(/Nobody knows/)).toBeNull())
})

test('why the AI said something stands beside it', async () => {
  const said = parley.answer(id, 'On Sunday from 8 to 12.', {
    passages: [
      {
        passageId: 'p1',
        documentId: 'd-1',
        title: 'Hours',
        heading: 'Sunday',
        text: 'Sunday 8–12.',
        score: 0.86,
        used: true,
      },
      { passageId: 'p2', documentId: 'd-2', title: 'Bread', heading: '', text: 'Buckwheat.', score: 0.2, used: false },
    ],
    checks: [
      { name: 'grounded', passed: true, detail: '3 of 3' },
      { name: 'links', passed: false, detail: '' },
    ],
    model: 'small-model',
    provider: 'openrouter',
    costMicros: 420,
    promptTokens: 1200,
    language: 'de',
    timings: { retrieveMs: 2, modelMs: 700, totalMs: 1200 },
  })
  const { user, router } = open()
  await user.click(await screen.findByRole('button', { name: 'Why?' }))
  const panel = await screen.findByRole('complementary', { name: 'Why this answer' })
  expect(await within(panel).findByText('Sunday 8–12.')).toBeVisible()
  expect(within(panel).getByRole('link', { name: 'Hours' })).toHaveAttribute('href', '/knowledge?document=d-1')
  expect(panel).toHaveTextContent('Confidence 0.86, the limit is 0.50.')
  expect(panel).toHaveTextContent('1 of 2 passed')
  expect(panel).toHaveTextContent('small-model · openrouter')
  expect(panel).toHaveTextContent('$0.00042')
  expect(panel).toHaveTextContent('1,200 in')
  expect(panel).toHaveTextContent('German')
  expect(within(panel).queryByText('Buckwheat.')).toBeNull()
  await user.click(within(panel).getByRole('button', { name: 'Show all' }))
  expect(within(panel).getByText('Found, not used.')).toBeVisible()
  expect(router.state.location.search).toEqual({ why: said.id })
  await user.click(within(panel).getByRole('button', { name: 'Close' }))
  await waitFor(() => expect(screen.queryByRole('complementary')).toBeNull())
})

test('an answer without a passage says that it states no facts', async () => {
  parley.answer(id, 'A person will write to you.', {
    outcome: 'handed_off',
    reason: 'not_known',
    language: '',
    checks: [],
  })
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Why?' }))
  expect(await screen.findByText(/Without a passage the AI states no facts/)).toBeVisible()
  expect(screen.getByText('Handed off: nothing known about it')).toBeVisible()
  expect(screen.getByText('Built-in answerer: quotes your documents')).toBeVisible()
})

test('reasons that cannot be read are tried again', async () => {
  parley.answer(id, 'Yes.')
  const { user } = open()
  let down = true
  server.use(http.get(/\/trace$/, () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  await user.click(await screen.findByRole('button', { name: 'Why?' }))
  expect(await screen.findByText('The reasons could not be read.')).toBeVisible()
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('Understood as')).toBeVisible()
})

test('older messages come when they are asked for', async () => {
  for (let i = 1; i <= 60; i++) parley.say(id, { sender: 'customer', text: `Word ${i}` })
  const { user } = open()
  await screen.findByText('Word 60')
  expect(screen.queryByText('Word 1')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Earlier messages' }))
  expect(await screen.findByText('Word 1')).toBeVisible()
})

test('messages that cannot be read are tried again', async () => {
  const { user } = open()
  let down = true
  server.use(http.get(/\/messages$/, () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  expect(await screen.findByText('The conversation could not be read.')).toBeVisible()
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await within(await thread()).findByText('Are you open on Sunday?')).toBeVisible()
})

test('who reads further up is not torn away, only told', async () => {
  const { user, live } = open()
  const log = await thread()
  await within(log).findByText('Are you open on Sunday?')
  await waitFor(() => expect(live.state).toBe('live'))
  Object.defineProperties(log, { scrollHeight: { value: 2_000 }, clientHeight: { value: 400 } })
  log.scrollTop = 100
  fireEvent.scroll(log)
  parley.say(id, { sender: 'customer', text: 'Still there?' })
  const below = await screen.findByRole('button', { name: '1 new message' })
  expect(log.scrollTop).toBe(100)
  await user.click(below)
  expect(log.scrollTop).toBe(2_000)
  expect(screen.queryByRole('button', { name: '1 new message' })).toBeNull()
})

test('the AI is seen writing, and what it says arrives', async () => {
  const { live } = open()
  const log = await thread()
  await waitFor(() => expect(live.state).toBe('live'))
  parley.change(id, { answering: true })
  expect(await within(log).findByText('Writing…')).toBeVisible()
  parley.answer(id, 'Yes, from 8 to 12.')
  parley.change(id, { answering: false })
  expect(await within(log).findByText('Yes, from 8 to 12.')).toBeVisible()
  await waitFor(() => expect(within(log).queryByText('Writing…')).toBeNull())
})

test('who may only read sees no way to act', async () => {
  parley.permissions = ['conversations:read']
  open()
  expect(await screen.findByText('Your role may read this conversation, not reply to it.')).toBeVisible()
  expect(screen.queryByRole('button', { name: /Take over/ })).toBeNull()
  expect(screen.getByRole('button', { name: 'AI: Answers' })).toBeDisabled()
})

test("nothing is marked as read behind one's back", async () => {
  parley.change(id, { unread: 1 })
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' })
  open()
  await screen.findByText('1 new message')
  expect(parley.conversations[0]?.unread).toBe(1)
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'visible' })
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
  await waitFor(() => expect(parley.conversations[0]?.unread).toBe(0))
  Reflect.deleteProperty(document, 'visibilityState')
})
