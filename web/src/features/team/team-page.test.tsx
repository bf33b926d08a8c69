import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
})

const open = () => renderPage('/settings/team', { parley })
const members = () => screen.findByRole('list', { name: 'Members' })

test('the members stand there with their roles, and nobody changes themselves', async () => {
  open()
  const list = await members()
  expect(list).toHaveTextContent('Mila Berger')
  expect(list).toHaveTextContent('Jonas Weberjonas@laib.exampleAgent')
  expect(screen.queryByRole('button', { name: 'More about Mila Berger' })).toBeNull()
})

test('a role is changed, and the change is undone', async () => {
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'More about Jonas Weber' }))
  await user.click(await screen.findByRole('menuitemradio', { name: /Admin/ }))
  expect(await screen.findByText('Jonas Weber is Admin now.')).toBeVisible()
  expect(parley.members[1]?.role).toBe('admin')
  await waitFor(() => user.click(screen.getByRole('button', { name: 'Undo' }))) // once the menu has closed
  await waitFor(() => expect(parley.members[1]?.role).toBe('agent'))
})

test('a member is removed after one is asked once more', async () => {
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'More about Jonas Weber' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Remove' }))
  const dialog = await screen.findByRole('dialog', { name: 'Remove Jonas Weber?' })
  expect(parley.members).toHaveLength(2)
  await user.click(within(dialog).getByRole('button', { name: 'Remove' }))
  expect(await screen.findByText('Jonas Weber is removed.')).toBeVisible()
  expect(parley.members).toHaveLength(1)
})

test('a link for a new password is shown once', async () => {
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'More about Jonas Weber' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Make a link for a new password' }))
  const dialog = await screen.findByRole('dialog', { name: 'A new password for Jonas Weber' })
  expect(within(dialog).getByRole('status', { name: 'Link' })).toHaveTextContent(`${location.origin}/reset#once`)
})

test('somebody is invited, invited again, and the invitation is taken back', async () => {
  parley.options.mail = false
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Invite' }))
  const dialog = await screen.findByRole('dialog', { name: 'Invite a colleague' })
  await user.type(within(dialog).getByLabelText('Email'), 'jonas@laib.example')
  await user.selectOptions(within(dialog).getByLabelText('Role'), 'Viewer')
  await user.click(within(dialog).getByRole('button', { name: 'Invite' }))
  expect(await within(dialog).findByText('This person is a member of the workspace already.')).toBeVisible()
  expect(within(dialog).getByLabelText('Email')).toHaveValue('jonas@laib.example')

  await user.clear(within(dialog).getByLabelText('Email'))
  await user.type(within(dialog).getByLabelText('Email'), 'nina@laib.example')
  await user.click(within(dialog).getByRole('button', { name: 'Invite' }))
  const made = await screen.findByRole('dialog', { name: 'nina@laib.example is invited' })
  expect(made).toHaveTextContent('No mail is sent from here.')
  expect(within(made).getByRole('status')).toHaveTextContent('/invitation#invited')
  await user.click(within(made).getByRole('button', { name: 'Close' }))

  expect(await screen.findByRole('list', { name: 'Invitations' })).toHaveTextContent('nina@laib.exampleViewer')
  await user.click(screen.getByRole('button', { name: 'New link for nina@laib.example' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Close' }))
  await user.click(screen.getByRole('button', { name: 'Take back the invitation of nina@laib.example' }))
  expect(await screen.findByText('Nobody is waiting to join')).toBeVisible()
})

test('who may only look sees the members and nothing to change', async () => {
  parley.permissions = ['conversations:read', 'tenant:read', 'members:read']
  open()
  expect(await members()).toHaveTextContent('Jonas Weber')
  expect(screen.queryByRole('button', { name: 'Invite' })).toBeNull()
  expect(screen.queryByRole('button', { name: /More about/ })).toBeNull()
  expect(screen.queryByRole('link', { name: 'API keys' })).toBeNull()
  expect(parley.asked).not.toContain('GET /api/invitations')
})
