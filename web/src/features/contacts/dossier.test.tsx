import { screen, waitFor, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

test('who is erased is asked for by name, and is gone', async () => {
  const parley = new FakeParley()
  const amelia = parley.contact('Amelia Hart')
  parley.contact('Ben Okafor')
  const { user, router } = renderPage(`/contacts/${amelia.id}`, { parley })
  await user.click(await screen.findByRole('button', { name: 'Erase' }))
  const dialog = await screen.findByRole('dialog', { name: 'Erase Amelia Hart?' })
  const erase = within(dialog).getByRole('button', { name: 'Erase for good' })
  expect(within(dialog).getByText(/Reports go on counting/)).toBeVisible()
  expect(erase).toBeDisabled()
  const box = within(dialog).getByLabelText('Type Amelia Hart to go on')
  await user.type(box, 'Amelia')
  expect(erase).toBeDisabled()
  await user.type(box, ' Hart')
  await user.click(erase)
  expect(await screen.findByRole('dialog', { name: 'Erased' })).toBeVisible()
  expect(screen.getByText('12 of 12 messages')).toBeVisible()
  await user.click(within(screen.getByRole('status')).getByRole('button', { name: 'Close' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/contacts'))
  expect(parley.contacts.map(({ name }) => name)).toEqual(['Ben Okafor'])
})

test('who may not erase is not offered it, and can export', async () => {
  const parley = new FakeParley()
  parley.permissions = parley.permissions.filter((one) => one !== 'contacts:erase')
  const amelia = parley.contact('Amelia Hart')
  const save = vi.fn(() => 'blob:one')
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: save, revokeObjectURL: vi.fn() }))
  const { user } = renderPage(`/contacts/${amelia.id}`, { parley })
  await user.click(await screen.findByRole('button', { name: 'Export all' }))
  await waitFor(() => expect(save).toHaveBeenCalled())
  expect(parley.asked).toContain(`GET /api/contacts/${amelia.id}/export`)
  expect(screen.queryByRole('button', { name: 'Erase' })).toBeNull()
})
