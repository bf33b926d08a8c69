import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

test('after how long people are written to is chosen', async () => {
  const { user, parley } = renderPage('/settings/business')
  await user.selectOptions(await screen.findByLabelText('Send it after'), '30 minutes')
  await user.click(screen.getByLabelText('Outside opening hours, too'))
  await user.click(screen.getByRole('button', { name: 'Save letters' }))
  expect(await screen.findByText('Saved.')).toBeVisible()
  expect(parley.tenant).toMatchObject({ handoffMailMinutes: 30, handoffMailClosed: true })
})

test('where there is no mail it says so', async () => {
  const parley = new FakeParley()
  parley.tenant.mails = false
  renderPage('/settings/business', { parley })
  expect(await screen.findByText(/cannot send mail yet/)).toBeVisible()
})
