import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

test('what Meta told is read in words', async () => {
  const parley = new FakeParley()
  parley.notices = [
    {
      id: 'n-1',
      channelId: '',
      accountId: '1',
      field: 'message_template_status_update',
      kind: 'REJECTED',
      severity: 'warning',
      subject: 'order_ready',
      detail: 'The template was rejected: it looks like marketing.',
      data: {},
      at: '2026-03-01T08:00:00Z',
    },
  ]
  renderPage('/settings/notices', { parley })
  expect(await screen.findByText('The template was rejected: it looks like marketing.')).toBeVisible()
  expect(screen.getByText('Template')).toBeVisible()
  expect(screen.getByText('order_ready')).toBeVisible()
  expect(screen.getByText('Warning')).toBeVisible()
})

test('without any it says what will stand here', async () => {
  renderPage('/settings/notices')
  expect(await screen.findByText('Nothing yet')).toBeVisible()
})
