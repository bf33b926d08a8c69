import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley, owner } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'
import { server } from '../../testing/server'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
})

const open = () => renderPage('/account', { parley })

async function change(user: ReturnType<typeof open>['user'], current: string, next: string, again = next) {
  await user.type(await screen.findByLabelText('The password you have now'), current)
  await user.type(screen.getByLabelText('Your new password'), next)
  await user.type(screen.getByLabelText('Your new password again'), again)
  await user.click(screen.getByRole('button', { name: 'Change the password' }))
}

test('the account says who one is and where', async () => {
  open()
  const you = await screen.findByRole('region', { name: 'You' })
  expect(you).toHaveTextContent('Mila Berger')
  expect(you).toHaveTextContent('mila@laib.example')
  expect(screen.getByRole('region', { name: 'Workspace' })).toHaveTextContent('Laib & Butter BakeryOwner')
})

test('another workspace is one click away', async () => {
  parley.tenants = [...parley.tenants, { id: 't-2', name: 'Northside Cycles', role: 'viewer' }]
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Switch to Northside Cycles' }))
  expect(await screen.findByText('You are in Northside Cycles now.')).toBeVisible()
  expect(await screen.findByRole('button', { name: 'Switch to Laib & Butter Bakery' })).toBeVisible()
})

test('the password is changed', async () => {
  const { user } = open()
  await change(user, owner.password, 'four loaves a day')
  expect(await screen.findByText('Your password is changed.')).toBeVisible()
  expect(parley.password).toBe('four loaves a day')
  expect(screen.getByLabelText('Your new password')).toHaveValue('')
})

test('a password that is not changed says why', async () => {
  const { user } = open()
  await change(user, 'wrong', 'four loaves a day')
  expect(await screen.findByText('This is not your password.')).toBeVisible()
  expect(screen.getByText('The password is not changed.')).toBeVisible()
  expect(parley.password).toBe(owner.password)
})

test('two passwords that differ are not sent', async () => {
  const { user } = open()
  await change(user, owner.password, 'four loaves a day', 'five loaves a day')
  expect(screen.getByText('These two differ.')).toBeVisible()
  expect(parley.asked).not.toContain('POST /api/auth/password')
})

test('a password can be looked at', async () => {
  const { user } = open()
  const field = await screen.findByLabelText('Your new password')
  expect(field).toHaveAttribute('type', 'password')
  await user.click(screen.getAllByRole('button', { name: 'Show the password' })[1] ?? document.body)
  expect(field).toHaveAttribute('type', 'text')
})

test('theme and language are chosen for this device', async () => {
  const { user } = open()
  await user.click(await screen.findByRole('radio', { name: 'Dark' }))
  expect(document.documentElement.dataset.theme).toBe('dark')
  await user.selectOptions(screen.getByLabelText('Language'), 'English')
  await waitFor(() => expect(localStorage.getItem('parley.language')).toBe('en'))
  await user.click(screen.getByRole('radio', { name: 'System' }))
  expect(document.documentElement.dataset.theme).toBeUndefined()
})

test.each([
  ['Sign out', 'POST /api/auth/sign-out'],
  ['Sign out everywhere', 'POST /api/auth/sign-out-everywhere'],
])('%s leads to the sign-in page', async (name, asked) => {
  const { user } = open()
  const out = await screen.findByRole('region', { name: 'Sign out' })
  await user.click(within(out).getByRole('button', { name }))
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(parley.asked).toContain(asked)
})

test('a way out that is closed says so and stays', async () => {
  const { user } = open()
  server.use(http.post(/\/sign-out/, () => HttpResponse.json({ detail: 'Busy.' }, { status: 503 })))
  const out = await screen.findByRole('region', { name: 'Sign out' })
  await user.click(within(out).getByRole('button', { name: 'Sign out' }))
  expect(await screen.findByText('You are still signed in. Busy.')).toBeVisible()
  await waitFor(() => expect(within(out).getByRole('button', { name: 'Sign out' })).toBeEnabled())
})
