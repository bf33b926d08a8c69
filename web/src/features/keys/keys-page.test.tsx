import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { renderPage } from '../../testing/render-page'

test('a key is made, shown once, and revoked', async () => {
  const { user, parley } = renderPage('/settings/keys')
  expect(await screen.findByText('No program uses this workspace yet')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Make a key' }))
  const dialog = await screen.findByRole('dialog', { name: 'Make a key' })
  await user.type(within(dialog).getByLabelText('Name'), 'Shop')
  await user.click(within(dialog).getByRole('button', { name: 'Make the key' }))
  expect(await within(dialog).findByText('Choose at least one thing.')).toBeVisible()
  expect(within(dialog).getByLabelText('Name')).toHaveValue('Shop')

  await user.click(within(dialog).getByRole('checkbox', { name: 'Read conversations' }))
  await user.click(within(dialog).getByRole('button', { name: 'Make the key' }))
  const made = await screen.findByRole('dialog', { name: 'The key for Shop' })
  expect(within(made).getByRole('status', { name: 'Key' })).toHaveTextContent('pk_fake_shown_once')
  await user.click(within(made).getByRole('button', { name: 'Close' }))
  expect(screen.queryByText('pk_fake_shown_once')).toBeNull()

  const list = await screen.findByRole('list', { name: 'Keys' })
  expect(list).toHaveTextContent('Shop pk_fake…Read conversations')
  await user.click(within(list).getByRole('button', { name: 'Revoke Shop' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Revoke' }))
  expect(await screen.findByText('Shop is revoked.')).toBeVisible()
  expect(parley.keys).toHaveLength(0)
})
