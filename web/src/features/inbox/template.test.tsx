import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'

function parleyWithClosedWindow() {
  const parley = new FakeParley()
  parley.numbers.number('Shop')
  const conversation = parley.conversation('Marta', 'Where is my order?', {
    handler: 'human',
    assigneeId: 'u-mila',
    assigneeName: 'Mila Berger',
    windowUntil: new Date(Date.now() - 3 * 3_600_000).toISOString(),
  })
  return { parley, conversation }
}

// The first of the two ways is that of the bar above the composer.
async function openTemplates(user: ReturnType<typeof renderPage>['user']): Promise<HTMLElement> {
  const [button] = await screen.findAllByRole('button', { name: 'Use a template' })
  if (!button) throw new Error('no way to the templates')
  await user.click(button)
  return screen.findByRole('dialog')
}

test('when the window is closed a template is chosen, filled in, seen as the customer sees it, and sent', async () => {
  const { parley, conversation } = parleyWithClosedWindow()
  parley.numbers.template('order_update', 'Hello {{first_name}}, your order {{no}} is on its way.')
  parley.numbers.template('paused_one', 'No', { sendable: false, unsendable: 'Meta has paused it.' })
  const { user } = renderPage(`/inbox/${conversation.id}`, { parley })
  expect(await screen.findByText('Window closed 3 hr ago.', { exact: false })).toBeVisible()
  const dialog = await openTemplates(user)
  const list = await within(dialog).findByRole('list', { name: 'Templates' })
  expect(within(list).getByRole('button', { name: /paused_one/ })).toBeDisabled()
  await user.type(within(dialog).getByLabelText('Search templates'), 'order')
  expect(within(list).queryByRole('button', { name: /paused_one/ })).toBeNull()
  await user.click(within(list).getByRole('button', { name: /order_update/ }))

  await user.type(within(dialog).getByLabelText('first name'), 'Marta')
  const preview = within(dialog).getByRole('article', { name: 'What the customer sees' })
  expect(preview).toHaveTextContent('Hello Marta, your order {{no}} is on its way.')
  await user.type(within(dialog).getByLabelText('no'), '   ')
  await user.click(within(dialog).getByRole('button', { name: 'Another template' }))
  await user.click(await within(dialog).findByRole('button', { name: /order_update/ }))
  expect(within(dialog).getByLabelText('first name')).toHaveValue('Marta')
  await user.clear(within(dialog).getByLabelText('no'))
  await user.type(within(dialog).getByLabelText('no'), '8841')
  await user.click(within(dialog).getByRole('button', { name: 'Send' }))
  expect(await screen.findByText('order_update is on its way.')).toBeVisible()
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(await screen.findByRole('article', { name: 'Mila Berger' })).toHaveTextContent(
    'Hello Marta, your order 8841 is on its way.',
  )
  expect(parley.numbers.sent).toEqual([
    { templateId: 't-order_update', variables: { first_name: 'Marta', no: '8841' } },
  ])
})

test('an offer asks how it is known that the customer wants offers', async () => {
  const { parley, conversation } = parleyWithClosedWindow()
  parley.numbers.template('spring_offer', 'Twenty per cent off.', { category: 'MARKETING' })
  const { user } = renderPage(`/inbox/${conversation.id}`, { parley })
  const dialog = await openTemplates(user)
  await user.click(await within(dialog).findByRole('button', { name: /spring_offer/ }))
  await user.click(within(dialog).getByRole('button', { name: 'Send' }))
  const consent = await within(dialog).findByLabelText('How do you know that the customer agreed to offers?')
  await user.type(consent, 'Order form')
  await user.click(within(dialog).getByRole('button', { name: 'Send' }))
  expect(await screen.findByText('spring_offer is on its way.')).toBeVisible()
  expect(parley.numbers.sent).toEqual([{ templateId: 't-spring_offer', consent: 'Order form' }])
})
