import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { Colleague } from '../../api/colleagues'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'
import { placesSaid } from '../../testing/server'

let parley: FakeParley
let id: string
beforeEach(() => {
  parley = new FakeParley()
  id = parley.conversation('Amelia Hart', 'The rear brake squeals').id
})

const open = async (address: string) => {
  const page = renderPage(address, { parley })
  await screen.findByRole('link', { name: /Amelia/ })
  await waitFor(() => expect(page.live.state).toBe('live'))
  return page
}

const jonas = (part: Partial<Colleague>) =>
  parley.hint({ kind: 'colleague.seen', userId: 'u-jonas', tab: 't', conversationId: id, ...part })

test('a thread says which colleague looks at it, and which one writes', async () => {
  await open(`/inbox/${id}`)
  jonas({})
  expect(await screen.findByText('Jonas Weber is looking at this')).toBeVisible()
  jonas({ typing: true })
  expect(await screen.findByText('Jonas Weber is typing…')).toBeVisible()
  jonas({ conversationId: '' })
  await waitFor(() => expect(screen.queryByText(/Jonas Weber is/)).toBeNull())
})

test('the row of a conversation that a colleague has open shows it; nothing is asked again for it', async () => {
  await open('/inbox')
  const asked = parley.asked.length
  jonas({})
  const row = await screen.findByRole('link', { name: /Amelia/ })
  expect(await within(row).findByRole('img', { name: 'Here now: Jonas Weber' })).toBeVisible()
  expect(parley.asked.slice(asked)).not.toContain('GET /api/conversations')
})

test('before one sends while a colleague writes, one is told, and may send all the same', async () => {
  const { user } = await open(`/inbox/${id}`)
  const box = await screen.findByLabelText('Reply to the customer')
  jonas({ typing: true })
  await screen.findByText('Jonas Weber is typing…')
  expect(screen.queryByText(/is writing here, too/)).toBeNull()
  await user.type(box, 'Bring it in')
  expect(screen.getByText(/Jonas Weber is writing here, too/)).toBeVisible()
  await user.keyboard('{Enter}')
  await waitFor(() => expect(parley.messages.at(-1)).toMatchObject({ sender: 'agent', text: 'Bring it in' }))
  expect(screen.queryByText(/is writing here, too/)).toBeNull()
})

test('the colleagues are told where one is and that one writes; no word of it', async () => {
  const { user, router } = await open(`/inbox/${id}`)
  await user.type(await screen.findByLabelText('Reply to the customer'), 'Br')
  await router.navigate({ to: '/contacts' })
  await waitFor(() =>
    expect(placesSaid(parley)).toEqual([
      { conversationId: id, typing: false },
      { conversationId: id, typing: true },
      { conversationId: '', typing: false },
    ]),
  )
})
