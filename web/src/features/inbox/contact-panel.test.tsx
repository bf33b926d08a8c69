import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

test('who the conversation is with stands beside it, and goes again', async () => {
  const parley = new FakeParley()
  const talk = parley.conversation('Ada', 'Hello')
  parley.contact('Ada', { id: talk.contact.id, attributes: { size: 'M' } })
  const { user } = renderPage(`/inbox/${talk.id}`, { parley })
  const toggle = await screen.findByRole('button', { name: 'Contact' })
  await user.click(toggle)
  const panel = within(await screen.findByRole('complementary', { name: 'Contact' }))
  expect(await panel.findByText('size')).toBeVisible()
  expect(panel.getByRole('link', { name: 'Open the profile' })).toHaveAttribute('href', `/contacts/${talk.contact.id}`)
  await user.click(toggle)
  expect(screen.queryByRole('complementary', { name: 'Contact' })).toBeNull()
})
