import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

let parley: FakeParley
let id: string
beforeEach(() => {
  parley = new FakeParley()
  id = parley.conversation('Amelia Hart', 'Hello').id
  let n = 0
  vi.stubGlobal(
    'URL',
    Object.assign(URL, { createObjectURL: () => `blob:made-${++n}`, revokeObjectURL: () => undefined }),
  )
})

const open = () => renderPage(`/inbox/${id}`, { parley })
const log = () => screen.findByRole('log', { name: 'Messages' })
const here = (type: string, filename = '') => ({ state: 'here', failure: '', type, filename, size: 2_500_000 }) as const

test('a picture stands in the thread, opens large with the keyboard and closes again', async () => {
  const m = parley.say(id, { sender: 'customer', kind: 'image', text: 'This one?', file: here('image/jpeg') })
  parley.files.set(m.id, 'bytes')
  const { user } = open()
  const small = await within(await log()).findByRole('button', { name: 'Show large: This one?' })
  expect(within(small).getByRole('img', { name: 'This one?' })).toHaveAttribute('src', expect.stringContaining('blob:'))
  small.focus()
  await user.keyboard('{Enter}')
  const dialog = await screen.findByRole('dialog', { name: 'This one?' })
  expect(within(dialog).getByRole('button', { name: 'Save' })).toBeVisible()
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('a recording is fetched only when somebody wants to hear it', async () => {
  const m = parley.say(id, { sender: 'customer', kind: 'audio', text: '', file: here('audio/ogg') })
  parley.files.set(m.id, 'bytes')
  const { user } = open()
  const play = await within(await log()).findByRole('button', { name: 'Play Voice message (2.5 MB)' })
  expect(parley.asked).not.toContain(`GET /api/messages/${m.id}/media`)
  await user.click(play)
  expect(await within(await log()).findByLabelText('Voice message')).toHaveAttribute(
    'src',
    expect.stringContaining('blob:'),
  )
})

test('a document is saved under its name and never opened', async () => {
  const m = parley.say(id, {
    sender: 'customer',
    kind: 'document',
    text: '',
    file: here('application/pdf', 'Rechnung März.pdf'),
  })
  parley.files.set(m.id, '%PDF')
  const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
  const { user } = open()
  await user.click(await within(await log()).findByRole('button', { name: 'Save Rechnung März.pdf' }))
  await waitFor(() => expect(saved).toHaveBeenCalledTimes(1))
  expect(saved.mock.contexts[0]).toHaveProperty('download', 'Rechnung März.pdf')
})

test('a file that is not here says why, in words', async () => {
  parley.say(id, { sender: 'customer', kind: 'image', text: '', file: { ...here(''), state: 'wanted' } })
  parley.say(id, {
    sender: 'customer',
    kind: 'video',
    text: '',
    file: { ...here(''), state: 'failed', failure: 'expired' },
  })
  open()
  expect(await within(await log()).findByText('Being fetched…')).toBeVisible()
  expect(await log()).toHaveTextContent('WhatsApp does not have this file any more.')
  expect(within(await log()).getByRole('button', { name: 'Fetch it again' })).toBeVisible()
})

test('edits, deletions, reactions and quotes stand at their message', async () => {
  const at = new Date().toISOString()
  const said = parley.say(id, {
    sender: 'customer',
    text: 'I meant Monday',
    editedAt: at,
    wordings: [{ text: 'I meant Sunday', till: at }],
    reactions: [{ by: 'business', emoji: '🙏', at }],
  })
  parley.say(id, { sender: 'customer', text: 'A secret', deletedAt: at })
  parley.say(id, {
    sender: 'customer',
    text: 'That one',
    replyTo: 'wamid.1',
    quote: { id: said.id, sender: 'ai', kind: 'text', text: 'We have oak and beech.', deleted: false },
  })
  parley.say(id, {
    sender: 'customer',
    text: 'And this',
    replyTo: 'wamid.2',
    quote: { id: '', sender: '', kind: '', text: '', deleted: false },
  })
  const { user } = open()
  const thread = await log()
  expect(await within(thread).findByText('I meant Monday')).toBeVisible()
  expect(within(thread).getByText('edited')).toBeVisible()
  expect(within(thread).getByText('I meant Sunday')).not.toBeVisible()
  await user.click(within(thread).getByText('What it said before'))
  expect(within(thread).getByText('I meant Sunday')).toBeVisible()
  expect(within(thread).getByRole('listitem')).toHaveTextContent('You reacted with 🙏')
  expect(within(thread).getByText('The customer deleted this message')).toBeVisible()
  expect(within(thread).getByText('A secret')).not.toBeVisible()
  expect(thread).toHaveTextContent('We have oak and beech.')
  expect(thread).toHaveTextContent('A message that is not here')
})

test('places, cards, ads, calls and what WhatsApp holds back are shown in words', async () => {
  parley.say(id, {
    sender: 'customer',
    kind: 'location',
    text: 'Shop, High St',
    payload: { location: { latitude: 52.5, longitude: 13.4, name: 'Shop', address: 'High St' } },
  })
  parley.say(id, {
    sender: 'customer',
    kind: 'contacts',
    text: 'Ines',
    payload: {
      contacts: [
        { name: 'Ines Duarte', phones: [{ phone: '+44 7700 900456' }], emails: [{ email: 'i@firma.example' }] },
      ],
    },
  })
  parley.say(id, {
    sender: 'customer',
    text: 'Hi',
    payload: { referral: { headline: 'Oak desks', body: 'Until Friday' } },
  })
  parley.say(id, {
    sender: 'customer',
    kind: 'call',
    text: '',
    payload: { call: { event: 'terminate', seconds: 125 } },
  })
  parley.say(id, { sender: 'customer', kind: 'unsupported', text: '', payload: { unsupported: 'poll_creation' } })
  parley.say(id, { sender: 'customer', kind: 'reaction', text: '👍' })
  open()
  const thread = await log()
  expect(await within(thread).findByRole('link', { name: 'Show on a map' })).toHaveAttribute(
    'href',
    expect.stringContaining('mlat=52.5&mlon=13.4'),
  )
  expect(within(thread).getByRole('link', { name: '+44 7700 900456' })).toHaveAttribute('href', 'tel:+447700900456')
  expect(thread).toHaveTextContent('Came from an ad')
  expect(thread).toHaveTextContent('Call of 3 minutes')
  expect(thread).toHaveTextContent('WhatsApp does not pass polls on.')
  expect(thread).toHaveTextContent('Reacted with 👍 to a message that is not here')
})

test('a file is attached, can be taken away again, and is sent with its words', async () => {
  parley.change(id, { handler: 'human', assigneeId: parley.user.id, assigneeName: parley.user.name })
  const { user } = open()
  const choose = (name: string) =>
    user.upload(screen.getByLabelText('Attach a file', { selector: 'input' }), new File(['%PDF'], name))
  await screen.findByRole('button', { name: 'Attach a file' })
  await choose('wrong.pdf')
  await user.click(await screen.findByRole('button', { name: 'Do not send wrong.pdf' }))
  expect(screen.queryByText('wrong.pdf')).toBeNull()
  await choose('offer.pdf')
  await user.type(screen.getByLabelText('Reply to the customer'), 'Your offer{Enter}')
  await waitFor(() =>
    expect(parley.messages.at(-1)).toMatchObject({
      kind: 'document',
      text: 'Your offer',
    }),
  )
  expect(await within(await log()).findByRole('button', { name: /^Save / })).toBeVisible()
  parley.takesFiles = false
  await choose('virus.pdf')
  await user.click(screen.getByRole('button', { name: /Send/ }))
  expect(await within(await log()).findByText(/does not take this type of file/)).toBeVisible()
})

test('a file that WhatsApp will not take is refused at once, with the limit', async () => {
  const { user } = open()
  const input = await screen.findByLabelText('Attach a file', { selector: 'input' })
  const photo = new File(['x'], 'market.jpg', { type: 'image/jpeg' })
  Object.defineProperty(photo, 'size', { value: 6 << 20 })
  await user.upload(input, photo)
  expect(
    await screen.findByText(/market.jpg is too large: WhatsApp takes a file of this type up to 5 MB/),
  ).toBeVisible()
  expect(screen.queryByText('market.jpg')).toBeNull()
})
