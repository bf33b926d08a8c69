import { screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import { FakeParley, owner } from '../testing/fake-parley'
import { renderPage } from '../testing/render-page'
import { server } from '../testing/server'

async function signIn(user: ReturnType<typeof renderPage>['user'], password = owner.password) {
  await user.type(await screen.findByLabelText('Email'), owner.email)
  await user.type(screen.getByLabelText('Password'), password)
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

test('who is not signed in comes to the sign-in page, and from there to where they wanted to be', async () => {
  const { user, router } = renderPage('/knowledge?q=hours', { signedOut: true })
  await signIn(user)
  expect(await screen.findByRole('heading', { name: 'What should the AI know?' })).toBeVisible()
  expect(router.state.location.href).toBe('/knowledge?q=hours')
})

test('a wrong password is said in the words of the server, and nothing is lost', async () => {
  const { user } = renderPage('/sign-in', { signedOut: true })
  await signIn(user, 'not it')
  expect(await screen.findByRole('alert')).toHaveTextContent('The e-mail address or the password is wrong.')
  expect(screen.getByLabelText('Email')).toHaveValue(owner.email)
})

test('a link to the sign-in page leads to no other site', async () => {
  const { user, router } = renderPage('/sign-in?next=//evil.example/inbox', { signedOut: true })
  await signIn(user)
  await screen.findByRole('heading', { name: 'Inbox' })
  expect(router.state.location.pathname).toBe('/inbox')
})

test.each(['/', '/sign-in'])('%s leads to the inbox for who is signed in', async (address) => {
  const { router } = renderPage(address)
  expect(await screen.findByRole('heading', { name: 'Inbox' })).toBeVisible()
  expect(router.state.location.pathname).toBe('/inbox')
})

test('who came with a password made for them chooses their own first', async () => {
  const parley = new FakeParley()
  parley.mustChangePassword = true
  const { user, router } = renderPage('/knowledge', { parley })
  expect(await screen.findByRole('heading', { name: 'Choose a password' })).toBeVisible()

  await user.type(screen.getByLabelText('The password you have now'), 'wrong')
  await user.type(screen.getByLabelText('Your new password'), 'four loaves a day')
  await user.type(screen.getByLabelText('Your new password again'), 'four loaves a')
  expect(screen.getByText('These two differ.')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Save and go on' }))
  expect(parley.password).toBe(owner.password)

  await user.type(screen.getByLabelText('Your new password again'), ' day')
  await user.click(screen.getByRole('button', { name: 'Save and go on' }))
  expect(await screen.findByText('This is not your password.')).toBeVisible()

  await user.clear(screen.getByLabelText('The password you have now'))
  await user.type(screen.getByLabelText('The password you have now'), owner.password)
  await user.click(screen.getByRole('button', { name: 'Save and go on' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/knowledge'))
  expect(parley.password).toBe('four loaves a day')
})

test('who does not want to choose a password may leave', async () => {
  const parley = new FakeParley()
  parley.mustChangePassword = true
  const { user } = renderPage('/new-password', { parley })
  await user.click(await screen.findByRole('button', { name: 'Sign out instead' }))
  expect(await screen.findByRole('button', { name: 'Sign in' })).toBeVisible()
  expect(parley.signedIn).toBe(false)
})

test('choosing a password is for who is signed in', async () => {
  const { router } = renderPage('/new-password', { signedOut: true })
  await screen.findByRole('button', { name: 'Sign in' })
  expect(router.state.location.pathname).toBe('/sign-in')
})

test('an address that leads nowhere says so and leads home', async () => {
  const { user } = renderPage('/nowhere')
  expect(await screen.findByText('There is no such page')).toBeVisible()
  await user.click(screen.getByRole('link', { name: 'Go to the inbox' }))
  expect(await screen.findByRole('heading', { name: 'Inbox' })).toBeVisible()
})

test('the first owner sets up with the link, once', async () => {
  location.hash = '#once'
  const { user, parley } = renderPage('/setup', { signedOut: true })
  await user.type(await screen.findByLabelText('Your business'), 'Rosa Flowers')
  await user.type(screen.getByLabelText('Your name'), 'Rosa')
  await user.type(screen.getByLabelText('Email'), 'rosa@flowers.example')
  await user.type(screen.getByLabelText('Password'), 'roses are red here')
  parley.setupToken = 'another'
  await user.click(screen.getByRole('button', { name: 'Make it mine' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('This link was used already')
  parley.setupToken = 'once'
  await user.click(screen.getByRole('button', { name: 'Make it mine' }))
  expect(await screen.findByRole('img', { name: 'Workspace: Rosa Flowers' })).toBeVisible()
  location.hash = ''
})

test('a set-up link without its code says what is missing', async () => {
  const { user } = renderPage('/setup', { signedOut: true })
  expect(await screen.findByText('This link is not complete')).toBeVisible()
  await user.click(screen.getByRole('link', { name: 'Sign in instead' }))
  expect(await screen.findByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('a page that stops with a fault says so', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const { router } = renderPage('/account')
  await screen.findByRole('heading', { name: 'Account' })
  server.use(http.get(/\/api\/conversations$/, () => HttpResponse.json({ items: [{ id: 'c-1' }] })))
  await router.navigate({ to: '/inbox' })
  expect(await screen.findByText('This page has stopped')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Load again' })).toBeVisible()
})
