import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
})

test('labels are made, renamed, recoloured and deleted', async () => {
  const { user } = renderPage('/settings/labels', { parley })
  expect(await screen.findByText('No labels yet')).toBeVisible()
  await user.type(await screen.findByLabelText('Name'), 'Returns{Enter}')
  const name = await screen.findByRole('textbox', { name: 'Rename Returns' })
  await user.clear(name)
  await user.type(name, 'Back again{Enter}')
  await waitFor(() => expect(parley.labels[0]?.name).toBe('Back again'))
  await user.click(await screen.findByRole('button', { name: 'Colour of Back again' }))
  await user.click(await screen.findByRole('menuitemradio', { name: 'Pink' }))
  await waitFor(() => expect(parley.labels[0]?.colour).toBe('pink'))
  await user.click(screen.getByRole('button', { name: 'Delete Back again' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }))
  expect(await screen.findByText('No labels yet')).toBeVisible()
})

test('a name that is taken is said, and what was typed stays', async () => {
  parley.label('VIP')
  const { user } = renderPage('/settings/labels', { parley })
  const name = await screen.findByLabelText('Name')
  await user.type(name, 'vip{Enter}')
  expect(await screen.findByText('There is a label of this name already.')).toBeVisible()
  expect(name).toHaveValue('vip')
  await user.clear(name)
})

test('canned replies are written, changed, and come back when deleting was a mistake', async () => {
  const { user } = renderPage('/settings/canned-replies', { parley })
  await user.click(await screen.findByRole('button', { name: 'New canned reply' }))
  await user.type(await screen.findByLabelText('Shortcut'), 'hi')
  await user.type(screen.getByLabelText('Title'), 'Greeting')
  await user.type(screen.getByLabelText('Text'), 'Hello')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await user.click(await screen.findByRole('button', { name: 'Edit Greeting' }))
  await user.type(await screen.findByLabelText('Text'), ' there')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(parley.canned[0]?.text).toBe('Hello there'))
  await user.click(await screen.findByRole('button', { name: 'Delete Greeting' }))
  await waitFor(() => expect(parley.canned).toHaveLength(0))
  await waitFor(() => user.click(screen.getByRole('button', { name: 'Undo' })))
  expect(await screen.findByRole('button', { name: 'Edit Greeting' })).toBeVisible()
})
