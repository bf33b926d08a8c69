import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { check } from '../../testing/fake-numbers'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

test('a number is connected once Meta says that it is right, and nothing typed is lost before', async () => {
  const { user, parley } = renderPage('/settings/numbers')
  parley.numbers.checks = [
    check('token', 'failed', {
      why: 'refused',
      code: 190,
      said: 'The access token has expired or was withdrawn.',
      todo: 'Make a new one.',
    }),
  ]
  expect(await screen.findByText('No WhatsApp number yet')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Connect a number' }))
  const dialog = await screen.findByRole('dialog', { name: 'Connect a WhatsApp number' })
  const type = (label: string, text: string) => user.type(within(dialog).getByLabelText(label), text)
  await type('Name', 'Shop')
  await type('Phone number ID', '118273645501122')
  await type('WhatsApp Business Account ID', '203948571120394')
  await type('Access token', 'EAAG-old')
  await user.click(within(dialog).getByRole('button', { name: 'Check and connect' }))
  expect(await within(dialog).findByText('The app secret is needed.', { selector: 'p[id]' })).toBeVisible()

  await type('App secret', 'secret')
  await user.click(within(dialog).getByRole('button', { name: 'Check and connect' }))
  expect(await within(dialog).findByText('Meta does not accept the access token.')).toBeVisible()
  expect(
    within(dialog).getByText(/expired or was withdrawn. Make a new one. Meta 190|Make a new one/),
  ).toHaveTextContent('Meta 190')
  expect(within(dialog).getByLabelText('Access token')).toHaveValue('EAAG-old')
  expect(parley.numbers.channels).toHaveLength(0)

  parley.numbers.checks = [check('token', 'ok'), check('heard', 'waiting')]
  await user.click(within(dialog).getByRole('button', { name: 'Check and connect' }))
  const done = await screen.findByRole('dialog', { name: 'Shop is connected' })
  expect(within(done).getByRole('status', { name: 'Callback URL' })).toHaveTextContent(
    '/webhooks/whatsapp/key-of-the-number',
  )
  expect(within(done).getByRole('status', { name: 'Verify token' })).toHaveTextContent('token-to-paste')
  expect(within(done).getByText('No message has come yet.')).toBeVisible()
  await user.click(within(done).getByRole('button', { name: 'Done' }))
  expect(await screen.findByRole('list', { name: 'Numbers' })).toHaveTextContent('Shop')
  expect(JSON.stringify(localStorage)).not.toContain('EAAG')
})

test('disconnecting names what is lost and wants the name', async () => {
  const parley = new FakeParley()
  parley.numbers.number('Shop')
  const { user } = renderPage('/settings/numbers', { parley })
  await user.click(await screen.findByRole('button', { name: 'More about Shop' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Disconnect' }))
  const dialog = await screen.findByRole('dialog', { name: 'Disconnect Shop?' })
  expect(dialog).toHaveTextContent('Past conversations stay.')
  const go = within(dialog).getByRole('button', { name: 'Disconnect' })
  expect(go).toBeDisabled()
  await user.type(within(dialog).getByLabelText('Type Shop to disconnect it'), 'shop')
  await user.click(go)
  expect(await screen.findByText('Shop is disconnected.')).toBeVisible()
  expect(parley.numbers.channels).toHaveLength(0)
})

test('who may only look sees the numbers and nothing to change them with', async () => {
  const parley = new FakeParley()
  parley.permissions = parley.permissions.filter((one) => one !== 'channels:write')
  parley.numbers.number('Shop', {
    state: 'broken',
    lastError: 'The access token has expired or was withdrawn.',
    quality: 'RED',
  })
  renderPage('/settings/numbers', { parley })
  const list = await screen.findByRole('list', { name: 'Numbers' })
  expect(list).toHaveTextContent('Does not work')
  expect(list).toHaveTextContent('Low quality')
  expect(list).toHaveTextContent('The access token has expired or was withdrawn.')
  expect(screen.queryByRole('button', { name: 'Check' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Connect a number' })).toBeNull()
})

test('templates are listed with their state, and read again', async () => {
  const parley = new FakeParley()
  parley.numbers.number('Shop')
  parley.numbers.template('order_update', 'Hello {{first_name}}')
  parley.numbers.template('spring_offer', 'Buy!', {
    status: 'REJECTED',
    sendable: false,
    unsendable: 'Meta rejected it.',
    reason: 'INVALID_FORMAT',
    category: 'MARKETING',
  })
  const { user } = renderPage('/settings/templates', { parley })
  const list = await screen.findByRole('list', { name: 'Templates' })
  expect(list).toHaveTextContent('Rejected')
  expect(list).toHaveTextContent("Meta's reason: invalid format")
  await user.click(within(list).getByRole('button', { name: /order_update/ }))
  expect(within(list).getByRole('article', { name: 'order_update' })).toHaveTextContent('Hello {{first_name}}')
  await user.click(screen.getByRole('button', { name: 'Read from Meta' }))
  expect(await screen.findByText(/^Last read/)).toBeVisible()
  expect(parley.asked).toContain('POST /api/channels/ch-1/templates/read')
})
