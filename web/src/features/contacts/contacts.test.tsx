import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
})

const open = (address = '/contacts') => renderPage(address, { parley })

test('without contacts the page says what it is, and offers to bring some', async () => {
  open()
  expect(await screen.findByText('No contacts yet')).toBeVisible()
  expect(screen.getAllByRole('button', { name: 'Import CSV' })).toHaveLength(2)
})

test('contacts are listed and searched', async () => {
  parley.contact('Ada Lovelace')
  parley.contact('Ben', { optedOutAt: '2026-11-24T10:00:00Z' })
  const { user } = open()
  expect(await screen.findByRole('link', { name: /Ada Lovelace/ })).toBeVisible()
  expect(screen.getByText('Does not want messages')).toBeVisible()
  await user.type(screen.getByRole('searchbox', { name: 'Search names and numbers' }), 'ben')
  await expect.poll(() => screen.queryByRole('link', { name: /Ada Lovelace/ })).toBeNull()
})

test('details are corrected in place', async () => {
  const ada = parley.contact('Ada', { attributes: { size: 'M' } })
  const { user } = open(`/contacts/${ada.id}`)
  const name = await screen.findByLabelText('Name')
  await user.clear(name)
  await user.type(name, 'Ada Lovelace')
  await user.click(screen.getByRole('button', { name: 'Remove size' }))
  await user.click(screen.getByRole('button', { name: 'Add an attribute' }))
  await user.type(screen.getByLabelText('What it is'), 'city')
  await user.type(screen.getByLabelText('Value'), 'London')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('The contact is saved.')).toBeVisible()
  expect(ada).toMatchObject({ name: 'Ada Lovelace', attributes: { city: 'London' } })
})

test('a consent is written down with how it is known', async () => {
  const ada = parley.contact('Ada')
  const { user } = open(`/contacts/${ada.id}`)
  await user.type(await screen.findByLabelText('How you know'), 'by letter')
  await user.click(screen.getByRole('button', { name: 'Write down' }))
  expect(await screen.findByText('by letter')).toBeVisible()
  expect(ada.consents).toMatchObject([{ topic: 'messages', granted: false, source: 'by letter' }])
})

test('who may only look changes nothing', async () => {
  parley.permissions = ['contacts:read']
  const ada = parley.contact('Ada')
  open(`/contacts/${ada.id}`)
  expect(await screen.findByLabelText('Name')).toHaveAttribute('readonly')
  expect(screen.queryByRole('button', { name: 'Merge' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull()
})

test('a merge shows what becomes one, and that it stays so, before it is done', async () => {
  const ada = parley.contact('Ada')
  parley.contact('Ada L.', { optedOutAt: '2026-11-24T10:00:00Z' })
  const { user } = open(`/contacts/${ada.id}`)
  await user.click(await screen.findByRole('button', { name: 'Merge' }))
  const dialog = within(screen.getByRole('dialog'))
  await user.click(await dialog.findByRole('button', { name: /Ada L\./ }))
  expect(await dialog.findByText(/This cannot be undone/)).toBeVisible()
  expect(dialog.getAllByText('3 messages')).toHaveLength(2)
  await user.click(dialog.getByRole('button', { name: 'Merge for good' }))
  expect(await screen.findByText('The two are one contact now.')).toBeVisible()
  expect(parley.contacts).toHaveLength(1)
})

test('a file is looked at before it is taken', async () => {
  parley.importing = {
    rows: 3,
    columns: ['phone'],
    new: 2,
    changed: 0,
    unchanged: 0,
    wrong: 1,
    problems: [{ row: 4, column: 'phone', code: 'repeated', other: 2 }],
  }
  const { user } = open()
  await screen.findByText('No contacts yet')
  for (const button of screen.getAllByRole('button', { name: 'Import CSV' }).slice(0, 1)) await user.click(button)
  await user.upload(screen.getByLabelText('CSV file'), new File(['phone\n1'], 'people.csv', { type: 'text/csv' }))
  expect(await screen.findByText('Row 2 has the same number.')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Import 2 contacts' }))
  expect(await screen.findByText('2 contacts are imported.')).toBeVisible()
})
