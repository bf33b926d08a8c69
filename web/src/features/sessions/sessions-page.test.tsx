import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { renderPage } from '../../testing/render-page'

test('the sessions are shown, and another one is ended', async () => {
  const { user, parley } = renderPage('/settings/sessions')
  const list = await screen.findByRole('list', { name: 'Where you are signed in' })
  expect(within(list).getByText('You are here')).toBeVisible()
  await user.click(within(list).getByRole('button', { name: 'Sign out Safari on iPhone' }))
  expect(await screen.findByText('Safari on iPhone is signed out.')).toBeVisible()
  expect(parley.sessions.map(({ id }) => id)).toEqual(['s-1'])
})

test('one signs out everywhere', async () => {
  const { user, parley } = renderPage('/settings/sessions')
  await user.click(await screen.findByRole('button', { name: 'Sign out everywhere' }))
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(parley.asked).toContain('POST /api/auth/sign-out-everywhere')
})
