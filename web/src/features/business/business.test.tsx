import { fireEvent, screen } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'
import { server } from '../../testing/server'

test('the settings begin with the business, and what is typed is saved', async () => {
  const { user, parley, router } = renderPage('/settings')
  const name = await screen.findByLabelText('Name')
  expect(router.state.location.pathname).toBe('/settings/business')
  await user.clear(name)
  await user.type(name, 'Laib')
  await user.selectOptions(screen.getByLabelText('Time zone'), 'America/Sao_Paulo')
  await user.selectOptions(screen.getByLabelText('Language'), 'German')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('Saved.')).toBeVisible()
  expect(parley.tenant).toMatchObject({
    name: 'Laib',
    timeZone: 'America/Sao_Paulo',
    locale: 'de',
    about: 'We bake bread.',
  })
})

test('what is not saved stays as it was typed', async () => {
  const { user } = renderPage('/settings/business')
  const about = await screen.findByLabelText('What you do')
  await user.type(about, ' And cakes.')
  server.use(http.patch(/\/api\/tenant/, () => HttpResponse.json({ detail: 'Busy.' }, { status: 503 })))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('Busy.')).toBeVisible()
  expect(about).toHaveValue('We bake bread. And cakes.')
})

test('hours are added, changed and removed', async () => {
  const { user, parley } = renderPage('/settings/hours')
  fireEvent.change(await screen.findByLabelText('Monday to'), { target: { value: '19:30' } })
  await user.click(screen.getByRole('button', { name: 'Add hours on Saturday' }))
  fireEvent.change(screen.getByLabelText('Saturday to'), { target: { value: '02:00' } })
  expect(screen.getByText('on the next day')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('Saved.')).toBeVisible()
  expect(parley.tenant.hours).toEqual([
    { day: 1, open: '07:00', close: '19:30' },
    { day: 6, open: '09:00', close: '02:00' },
  ])
  await user.click(screen.getByRole('button', { name: 'Remove Monday from 07:00' }))
  expect(screen.queryByLabelText('Monday from')).toBeNull()
})

test('who may not change it reads it', async () => {
  const parley = new FakeParley()
  parley.permissions = ['tenant:read']
  renderPage('/settings/business', { parley })
  expect(await screen.findByLabelText('Name')).toBeDisabled()
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull()
})
