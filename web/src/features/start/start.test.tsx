import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

beforeEach(() => localStorage.clear())

function newcomer(): FakeParley {
  const parley = new FakeParley()
  Object.assign(parley.tenant, { about: '', hours: [] })
  parley.members = parley.members.slice(0, 1)
  return parley
}

test('a newcomer tells the business, gives something to know, and comes to the phone', async () => {
  const { user, parley } = renderPage('/start', { parley: newcomer() })
  await user.type(await screen.findByLabelText('What you do'), 'We sell flowers.')
  await user.click(screen.getByLabelText('Saturday, too'))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await user.click(await screen.findByRole('button', { name: 'Use a sample' }))
  await user.click(screen.getByRole('button', { name: 'Give it to the assistant' }))
  expect(await screen.findByRole('button', { name: 'Show the phone' })).toBeVisible()
  expect(parley.tenant.hours).toHaveLength(6)
  expect(parley.tenant.hours[5]).toEqual({ day: 6, open: '09:00', close: '18:00' })
  expect(parley.documents[0]?.text).toContain('A bouquet costs 25 euros')
  await waitFor(() => expect(screen.getByText('2 of 6')).toBeVisible())
})

test('steps are read off what is there, whoever did them', async () => {
  const parley = new FakeParley()
  parley.know('Shop', 'We open at nine.')
  parley.conversation('Amelia Hart', 'Are you open?')
  renderPage('/start', { parley })
  await waitFor(() => expect(screen.getByText('4 of 6')).toBeVisible())
  expect(screen.getByRole('button', { name: /Connect WhatsApp/, expanded: true })).toBeVisible()
})

test('staying with the built-in answerer is a choice that is kept', async () => {
  const { user } = renderPage('/start', { parley: newcomer() })
  await user.click(await screen.findByRole('button', { name: /Choose who writes the answers/ }))
  await user.click(screen.getByRole('button', { name: 'Stay with the built-in answerer' }))
  await waitFor(() => expect(screen.getByText('1 of 6')).toBeVisible())
  expect(localStorage.getItem('parley.start.t-laib.model')).toBe('1')
})

test('who signs in to an empty workspace comes to the first steps, until they are put away', async () => {
  const parley = newcomer()
  const { user, router } = renderPage('/', { parley })
  await user.click(await screen.findByRole('link', { name: 'Later' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/inbox'))
  await router.navigate({ to: '/' })
  await waitFor(() => expect(router.state.location.pathname).toBe('/inbox'))
})
