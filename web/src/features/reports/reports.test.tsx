import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { emptyReport } from '../../testing/fake/reports'
import { FakeParley } from '../../testing/fake-parley'
import { renderPage } from '../../testing/render-page'
import { ticks, wait } from './write'

let parley: FakeParley
beforeEach(() => {
  parley = new FakeParley()
  const report = emptyReport()
  report.days = [
    { date: '2026-11-23', customer: 12, ai: 9, people: 2, opened: 6, closed: 5 },
    { date: '2026-11-24', customer: 3, ai: 3, people: 0, opened: 2, closed: 0 },
  ]
  report.totals = {
    ...report.totals,
    customer: 15,
    opened: 8,
    closed: 5,
    aiAlone: 6,
    withPerson: 2,
    handedOff: 2,
    firstByAI: { count: 7, medianMs: 2_100, p90Ms: 4_100 },
  }
  report.before = { ...report.before, opened: 4 }
  report.handOffs = [{ name: 'not_known', count: 2 }]
  report.hours = report.hours.map((day, i) => (i === 0 ? day.with(9, 12) : day))
  parley.report = report
})

const open = (address = '/reports') => renderPage(address, { parley })

test('numbers stand beside what they were before', async () => {
  open()
  const opened = await screen.findByRole('button', { name: /^Conversations/ })
  expect(opened).toHaveTextContent('8')
  expect(opened).toHaveTextContent('↑ 100%')
  expect(screen.getByRole('button', { name: /alone/ })).toHaveTextContent('75%')
  expect(screen.getByRole('button', { name: /First answer, AI/ })).toHaveTextContent('2.1 sec')
})

test('every chart is a table, too', async () => {
  open()
  const messages = within(await screen.findByRole('table', { name: 'Messages per day' }))
  expect(messages.getAllByRole('row')[1]).toHaveTextContent(/12\s*9\s*2/)
  const hours = screen.getByRole('table', { name: /by weekday and hour/ })
  expect(within(hours).getByTitle(/^Monday.*12 messages$/)).toBeInTheDocument()
})

test('behind a number stand its conversations', async () => {
  parley.conversation('Ada', 'Hello')
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: /Not known/ }))
  const pane = within(await screen.findByRole('complementary', { name: 'Handed off' }))
  expect(await pane.findByRole('link', { name: /Ada/ })).toBeVisible()
  await user.click(pane.getByRole('button', { name: 'Close' }))
  expect(screen.queryByRole('complementary')).toBeNull()
})

test('days in which nothing happened say so', async () => {
  parley.report = emptyReport()
  open()
  expect(await screen.findByText('Nothing happened in these days')).toBeVisible()
})

test('axes and times are round', () => {
  expect(ticks(0)).toEqual([0, 1])
  expect(ticks(72)).toEqual([0, 20, 40, 60, 80])
  expect([wait(2_100, 'en'), wait(840_000, 'en'), wait(5_400_000, 'en')]).toEqual(['2.1 sec', '14 min', '1.5 hr'])
})
