import { screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
})
afterEach(() => {
  location.hash = ''
  sessionStorage.clear()
})

const open = (address: string) => renderPage(address, { parley, signedOut: true })

test('who forgot the password is mailed a link', async () => {
  const { user } = open('/sign-in')
  await user.click(await screen.findByRole('link', { name: 'Forgot your password?' }))
  await user.type(await screen.findByLabelText('Email'), 'somebody@laib.example')
  await user.click(screen.getByRole('button', { name: 'Send the link' }))
  expect(await screen.findByText(/If somebody@laib.example has an account/)).toBeVisible()
  expect(parley.asked).toContain('POST /api/auth/forgot')
})

test('without mail the page says whom to ask', async () => {
  parley.options.mail = false
  open('/forgot')
  expect(await screen.findByText(/Ask an owner or admin of your workspace/)).toBeVisible()
  expect(screen.queryByLabelText('Email')).toBeNull()
})

test('a link lets one choose a new password', async () => {
  location.hash = '#once'
  const { user } = open('/reset')
  await user.type(await screen.findByLabelText('Your new password'), 'four loaves a day')
  await user.click(screen.getByRole('button', { name: 'Save the password' }))
  expect(await screen.findByRole('heading', { name: 'Your password is changed' })).toBeVisible()
  expect(parley.password).toBe('four loaves a day')
})

test('a link that is not whole, or was used, says so', async () => {
  open('/reset')
  expect(await screen.findByRole('heading', { name: 'This link is not whole' })).toBeVisible()
})

test('a used link keeps what was typed', async () => {
  location.hash = '#used'
  const { user } = open('/reset')
  await user.type(await screen.findByLabelText('Your new password'), 'four loaves a day')
  await user.click(screen.getByRole('button', { name: 'Save the password' }))
  expect(await screen.findByText('This link does not work.')).toBeVisible()
  expect(screen.getByLabelText('Your new password')).toHaveValue('four loaves a day')
})

test('an account is made where everybody may', async () => {
  parley.options.registration = 'open'
  const { user } = open('/sign-in')
  await user.click(await screen.findByRole('link', { name: 'Make an account' }))
  await user.type(await screen.findByLabelText('Your business'), 'Laib')
  await user.type(screen.getByLabelText('Your name'), 'Nina')
  await user.type(screen.getByLabelText('Email'), 'nina@laib.example')
  await user.type(screen.getByLabelText('Password'), 'four loaves a day')
  await user.click(screen.getByRole('button', { name: 'Make the account' }))
  expect(await screen.findByRole('heading', { name: 'First steps' })).toBeVisible()
})

test('somebody new joins by an invitation', async () => {
  location.hash = '#invited'
  const { user } = open('/invitation')
  expect(await screen.findByRole('heading', { name: 'Join Laib & Butter Bakery' })).toBeVisible()
  expect(screen.getByLabelText('Email')).toHaveValue('nina@laib.example')
  await user.type(screen.getByLabelText('Your name'), 'Nina')
  await user.type(screen.getByLabelText('Password'), 'four loaves a day')
  await user.click(screen.getByRole('button', { name: 'Join' }))
  expect(await screen.findByRole('heading', { name: 'Inbox' })).toBeVisible()
  expect(parley.user.email).toBe('nina@laib.example')
})

test('who has an account signs in first and comes back to the invitation', async () => {
  location.hash = '#invited'
  Object.assign(parley.offer, { known: true, email: parley.user.email })
  const { user, router } = open('/invitation')
  await user.click(await screen.findByRole('link', { name: 'Sign in' }))
  await user.type(await screen.findByLabelText('Email'), parley.user.email)
  await user.type(screen.getByLabelText('Password'), parley.password)
  location.hash = ''
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  await user.click(await screen.findByRole('button', { name: 'Join' }))
  expect(await screen.findByRole('heading', { name: 'Inbox' })).toBeVisible()
  expect(router.state.location.href).not.toContain('invited')
  expect(parley.asked).toContain('POST /api/auth/join')
})

test('an invitation for another address says which', async () => {
  location.hash = '#invited'
  parley.offer.known = true
  renderPage('/invitation', { parley })
  expect(await screen.findByText(/This invitation is for nina@laib.example/)).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Join' })).toBeNull()
})

test('an invitation that does not work says why', async () => {
  location.hash = '#old'
  open('/invitation')
  expect(await screen.findByText('This invitation does not work.')).toBeVisible()
})
