import { act, screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { session } from '../api/session'
import { drafts } from '../lib/drafts'
import { FakeParley } from '../testing/fake-parley'
import { renderPage } from '../testing/render-page'
import { server } from '../testing/server'

test('the rail counts who waits for the person, and keys lead from place to place', async () => {
  const parley = new FakeParley()
  parley.conversation('Amelia Hart', 'A person, please', {
    handler: 'human',
    handoff: { at: null, reason: 'asked_for_person', summary: '' },
  })
  const { user, router } = renderPage('/inbox', { parley })
  const rail = (await screen.findAllByRole('navigation', { name: 'Main' }))[0]
  if (!rail) throw new Error('no rail')
  expect(await within(rail).findByRole('img', { name: '1 needs you' })).toHaveTextContent('1')

  await user.keyboard('gk')
  await waitFor(() => expect(router.state.location.pathname).toBe('/knowledge'))
  await user.keyboard('gp')
  await waitFor(() => expect(router.state.location.pathname).toBe('/phone'))
  await user.click(document.body)
  await user.keyboard('gi')
  await waitFor(() => expect(router.state.location.pathname).toBe('/inbox'))
})

test('? shows the keys', async () => {
  const { user } = renderPage('/inbox')
  await screen.findByRole('heading', { name: 'Inbox' })
  await user.keyboard('?')
  const sheet = await screen.findByRole('dialog', { name: 'Keys' })
  expect(sheet).toHaveTextContent('Take over, hand back')
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('the menu chooses a theme, leads to the account and signs out', async () => {
  const { user, parley } = renderPage('/inbox')
  await user.click(await screen.findByRole('button', { name: 'Your account: Mila Berger' }))
  await user.click(await screen.findByRole('menuitemradio', { name: 'Dark' }))
  expect(document.documentElement.dataset.theme).toBe('dark')
  expect(localStorage.getItem('parley.theme')).toBe('dark')

  await user.click(screen.getByRole('button', { name: 'Your account: Mila Berger' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Account' }))
  expect(await screen.findByRole('heading', { name: 'Account' })).toBeVisible()

  drafts.write('c-1', 'not sent')
  await user.click(screen.getByRole('button', { name: 'Your account: Mila Berger' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }))
  expect(await screen.findByRole('button', { name: 'Sign in' })).toBeVisible()
  expect(parley.signedIn).toBe(false)
  expect(drafts.read('c-1')).toBe('')
})

test('the menu shows the keys, too', async () => {
  const { user } = renderPage('/inbox')
  await user.click(await screen.findByRole('button', { name: 'Your account: Mila Berger' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Keys' }))
  expect(await screen.findByRole('dialog', { name: 'Keys' })).toBeVisible()
})

test('when the server cannot be told, nobody is signed out', async () => {
  const { user } = renderPage('/inbox')
  server.use(http.post(/\/api\/auth\/sign-out/, () => HttpResponse.error()))
  await user.click(await screen.findByRole('button', { name: 'Your account: Mila Berger' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }))
  expect(await screen.findByText(/You are still signed in. Parley cannot be reached./)).toBeVisible()
  expect(session.current).not.toBeNull()
})

test('a session that ends in another tab ends here, and leads back', async () => {
  const { router } = renderPage('/knowledge')
  await screen.findByRole('heading', { name: 'Knowledge' })
  act(() => session.end())
  expect(await screen.findByRole('button', { name: 'Sign in' })).toBeVisible()
  expect(router.state.location.search).toEqual({ next: '/knowledge' })
})

test('who belongs to two workspaces changes between them, and sees nothing of the other', async () => {
  const parley = new FakeParley()
  parley.tenants = [...parley.tenants, { id: 't-cycles', name: 'Northside Cycles', role: 'agent' }]
  parley.conversation('Amelia Hart', 'Are you open?')
  const { user } = renderPage('/inbox', { parley })
  await screen.findByText('Amelia Hart')
  parley.conversations = []
  await user.click(screen.getByRole('button', { name: 'Workspace: Laib & Butter Bakery' }))
  await user.click(await screen.findByRole('menuitemradio', { name: /Northside Cycles/ }))
  expect(await screen.findByText('You are in Northside Cycles now.')).toBeVisible()
  await waitFor(() => expect(screen.queryByText('Amelia Hart')).toBeNull())

  server.use(http.post(/\/api\/auth\/switch/, () => HttpResponse.error()))
  await user.click(screen.getByRole('button', { name: 'Workspace: Northside Cycles' }))
  await user.click(await screen.findByRole('menuitemradio', { name: /Laib/ }))
  expect(await screen.findByText(/Still in the same workspace./)).toBeVisible()
})

test('what is shown says whether changes arrive', async () => {
  const { live } = renderPage('/inbox')
  await screen.findByRole('heading', { name: 'Inbox' })
  await waitFor(() => expect(live.state).toBe('live'))
  expect(screen.getByText('Live')).toBeVisible()

  const online = Object.getOwnPropertyDescriptor(Navigator.prototype, 'onLine')
  Object.defineProperty(navigator, 'onLine', { configurable: true, value: false })
  act(() => void dispatchEvent(new Event('offline')))
  expect(screen.getByText('Offline')).toBeVisible()
  expect(screen.getByText('This device has no network. Drafts are kept here; sending waits.')).toBeInTheDocument()
  Object.defineProperty(navigator, 'onLine', online ?? { value: true })
  act(() => void dispatchEvent(new Event('online')))
  expect(await screen.findByText('Live')).toBeVisible()
})

test('on a phone five places are at hand, and the others behind "More"', async () => {
  const { user, router } = renderPage('/inbox')
  const more = await screen.findByRole('button', { name: 'More places' })
  const bar = more.closest('nav')
  expect(bar?.querySelectorAll('a, button')).toHaveLength(5)
  await user.click(more)
  await user.click(await screen.findByRole('menuitem', { name: 'Reports' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/reports'))
})
