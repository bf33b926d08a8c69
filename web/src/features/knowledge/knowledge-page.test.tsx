import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'
import { server } from '../../testing/server'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
})

const open = (address = '/knowledge') => renderPage(address, { parley })
const row = async (title: string) => {
  const cell = await screen.findByRole('rowheader', { name: title })
  return within(cell.closest('tr') ?? cell)
}

test('an empty workspace invites to tell the AI something, and takes it in', async () => {
  const { user } = open()
  expect(await screen.findByRole('heading', { name: 'What should the AI know?' })).toBeVisible()
  await user.type(screen.getByLabelText('Text'), 'We are open Monday to Friday.')
  await user.click(screen.getByRole('button', { name: 'Save' }))

  const shown = await row('We are open Monday to Friday.')
  expect(shown.getByText('Ready')).toBeVisible()
  expect(screen.getByText('The AI knows “We are open Monday to Friday.” now.')).toBeVisible()
  expect(parley.documents).toMatchObject([{ text: 'We are open Monday to Friday.' }])
  expect(localStorage.getItem('parley.draft.document.text')).toBeNull()
})

test('who only wants to look fills in a sample', async () => {
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Fill in a sample' }))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect((await row('A small bakery')).getByText('Ready')).toBeVisible()
})

test('nothing is not told', async () => {
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Save' }))
  expect(screen.getByText('There is no text yet.')).toBeVisible()
  expect(screen.getByLabelText('Text')).toBeInvalid()
  expect(parley.documents).toEqual([])
})

test('who may only read is told who may do more', async () => {
  parley.permissions = ['knowledge:read']
  open()
  expect(await screen.findByText(/An owner or admin of the workspace can/)).toBeVisible()
  expect(screen.queryByLabelText('Text')).toBeNull()
})

test('the table shows what the AI knows, and what it could not read', async () => {
  parley.know('Opening hours', 'We are open from 9 to 18. On Sunday we are closed.')
  parley.know('Scan', '', { state: 'failed', failure: 'There is no text in it.', passages: 0 })
  parley.know('Broken', '', { state: 'failed' })
  parley.know('Long book', '', { state: 'indexing', passages: 0 })
  parley.know('Last year', 'Old prices.', { enabled: false })
  open()
  expect((await row('Opening hours')).getByText('Ready')).toBeVisible()
  expect((await row('Opening hours')).getByText('50 byte')).toBeVisible()
  expect((await row('Scan')).getByText('There is no text in it.')).toBeVisible()
  expect((await row('Broken')).getByText('Could not be read')).toBeVisible()
  expect((await row('Long book')).getByText('Being read')).toBeVisible()
  expect((await row('Last year')).getByText('Switched off')).toBeVisible()
  expect(screen.getByText('5 documents · 3 passages')).toBeVisible()
})

test('more is told in a dialog, and what is typed is kept when it is closed', async () => {
  parley.know('Hours', 'We are open from 9 to 18.')
  const { user } = open()
  const tell = await screen.findByRole('button', { name: 'Tell the AI something' })
  await user.click(tell)
  await user.type(screen.getByLabelText('Text'), 'Parking is behind the house.')
  await user.type(screen.getByLabelText('Title'), 'The way')
  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  await user.click(tell)
  expect(screen.getByLabelText('Text')).toHaveValue('Parking is behind the house.')
  await user.type(screen.getByLabelText('Text'), '{Control>}{Enter}{/Control}')
  expect((await row('The way')).getByText('Ready')).toBeVisible()
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('what the server refuses is said beside the field, and nothing typed is lost', async () => {
  const { user } = open()
  server.use(
    http.post(/\/api\/documents$/, () =>
      HttpResponse.json(
        { detail: 'The text is too long.', errors: [{ location: 'body.text', message: 'At most 2 MB.' }] },
        { status: 422 },
      ),
    ),
  )
  await user.type(await screen.findByLabelText('Text'), 'Very long.')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('The AI does not know it yet. What you typed is kept.')).toBeVisible()
  expect(screen.getByText('At most 2 MB.')).toBeVisible()
  expect(screen.getByLabelText('Text')).toHaveValue('Very long.')
})

test('a document opens with its text, and the address keeps it', async () => {
  const { id } = parley.know('Opening hours', 'We are open from 9 to 18.')
  const { user, router } = open()
  await user.click(await screen.findByRole('button', { name: 'Opening hours' }))
  const pane = await screen.findByRole('complementary', { name: 'Opening hours' })
  expect(await within(pane).findByText('We are open from 9 to 18.')).toBeVisible()
  expect(router.state.location.search).toEqual({ document: id })
  await user.click(within(pane).getByRole('button', { name: 'Close' }))
  await waitFor(() => expect(screen.queryByRole('complementary')).toBeNull())
})

test('a document that is gone says so', async () => {
  parley.know('Opening hours', 'We are open from 9 to 18.')
  open('/knowledge?document=d-99')
  expect(await screen.findByText('There is no such document')).toBeVisible()
})

test('a document that cannot be read is tried again', async () => {
  const { id } = parley.know('Opening hours', 'We are open from 9 to 18.')
  const { user } = open(`/knowledge?document=${id}`)
  let down = true
  server.use(http.get(/\/api\/documents\/.+/, () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  expect(await screen.findByText('The document could not be read.')).toBeVisible()
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('We are open from 9 to 18.')).toBeVisible()
})

test('deleting asks once more, says what is lost, and then forgets', async () => {
  parley.know('Old prices', 'A haircut costs 20. A shave costs 10.')
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'More for Old prices' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Delete “Old prices”?' })
  expect(dialog).toHaveTextContent('The AI forgets its 2 passages at once.')
  await user.click(within(dialog).getByRole('button', { name: 'Keep it' }))
  expect(parley.documents).toHaveLength(1)

  await user.click(screen.getByRole('button', { name: 'Old prices' }))
  const pane = await screen.findByRole('complementary', { name: 'Old prices' })
  await user.click(await within(pane).findByRole('button', { name: 'Delete…' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }))
  expect(await screen.findByText('The AI has forgotten “Old prices”.')).toBeVisible()
  expect(screen.queryByRole('complementary')).toBeNull()
  expect(await screen.findByRole('heading', { name: 'What should the AI know?' })).toBeVisible()
  expect(parley.documents).toEqual([])
})

test('what could not be deleted comes back', async () => {
  parley.know('Prices', 'A haircut costs 20.')
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'More for Prices' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
  server.use(http.delete(/\/api\/documents/, () => HttpResponse.json({ detail: 'Not you.' }, { status: 403 })))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }))
  expect(await screen.findByText('“Prices” is still there. Not you.')).toBeVisible()
  expect((await row('Prices')).getByText('Ready')).toBeVisible()
})

test('the menu of a row opens the document, too', async () => {
  parley.know('Prices', 'A haircut costs 20.')
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'More for Prices' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Read' }))
  expect(await screen.findByRole('complementary', { name: 'Prices' })).toBeVisible()
})

test('a question shows what the AI would find and say', async () => {
  const { id } = parley.know('Opening hours', 'We are open on Sunday from 8 to 12. Closed on Mondays.')
  const { user, router } = open()
  await screen.findByRole('table')
  await user.keyboard('/')
  await user.type(screen.getByRole('searchbox'), 'open Sunday?{Enter}')
  expect(await screen.findByText('It would answer')).toBeVisible()
  expect(screen.getByText('100% sure')).toBeVisible()
  expect(screen.getAllByText('We are open on Sunday from 8 to 12.')).toHaveLength(2)
  expect(screen.getByText('1 found')).toBeVisible()
  await user.click(screen.getByRole('link', { name: 'Opening hours' }))
  expect(await screen.findByRole('complementary', { name: 'Opening hours' })).toBeVisible()
  expect(router.state.location.search).toEqual({ q: 'open Sunday?', document: id })

  await user.click(screen.getByRole('button', { name: 'Clear the question' }))
  await waitFor(() => expect(router.state.location.search).toEqual({ document: id }))
  expect(screen.queryByText('It would answer')).toBeNull()
})

test('a question it cannot answer says what to do', async () => {
  parley.know('Opening hours', 'We are open on Sunday from 8 to 12.')
  const { user } = open('/knowledge?q=flights')
  expect(await screen.findByText('It would hand over to a person')).toBeVisible()
  expect(screen.getByText(/Nothing it knows fits the question/)).toBeVisible()
  expect(screen.getByText('none found')).toBeVisible()
  const field = screen.getByRole('searchbox')
  await user.clear(field)
  await user.type(field, 'sunday flights to oslo please{Enter}')
  expect(await screen.findByText(/too far from the question/)).toBeVisible()
  await user.type(field, '{Escape}')
  expect(field).toHaveValue('')
  await user.type(field, '{Escape}')
  expect(field).not.toHaveFocus()
})

test('a question that cannot be tried is tried again', async () => {
  parley.know('Opening hours', 'We are open on Sunday from 8 to 12.')
  const { user } = open('/knowledge?q=sunday')
  let down = true
  server.use(http.get(/\/api\/knowledge\/search/, () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  expect(await screen.findByText('The question could not be tried.')).toBeVisible()
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('It would answer')).toBeVisible()
})

test('what colleagues tell the AI appears by itself', async () => {
  parley.know('Hours', 'We are open from 9 to 18.')
  const { live } = open()
  await screen.findByRole('table')
  await waitFor(() => expect(live.state).toBe('live'))
  parley.know('Prices', 'A haircut costs 20.')
  expect((await row('Prices')).getByText('Ready')).toBeVisible()
})

test('a long list comes page by page', async () => {
  parley.pageSize = 1
  parley.know('Hours', 'We are open from 9 to 18.')
  parley.know('Prices', 'A haircut costs 20.')
  const { user } = open()
  expect(await screen.findByText('More than 1 document')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'More documents' }))
  expect((await row('Hours')).getByText('Ready')).toBeVisible()
})

test('a list that cannot be read is tried again', async () => {
  parley.know('Hours', 'We are open from 9 to 18.')
  const { user } = open()
  let down = true
  server.use(http.get(/\/api\/documents$/, () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  expect(await screen.findByText('What the AI knows could not be read.')).toBeVisible()
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect((await row('Hours')).getByText('Ready')).toBeVisible()
})
