import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { Live } from '../api/live'
import { session } from '../api/session'
import { newQueryClient } from '../app/query-client'
import { newRouter } from '../app/router'
import { Reading } from '../ui/reading'
import { Toasts } from '../ui/toasts'
import { FakeParley } from './fake-parley'
import { answerWith } from './server'
// Pages are loaded when they are asked for. In a test they are there already: the first test of a file does not wait.
import '../app/inbox-with-phone'
import '../app/settings'
import '../app/shell'
import '../app/start-with-phone'
import '../features/account/account-page'
import '../features/business/business-page'
import '../features/business/hours-page'
import '../features/contacts/contact-page'
import '../features/contacts/contacts-page'
import '../features/keys/keys-page'
import '../features/knowledge/knowledge-page'
import '../features/numbers/numbers-page'
import '../features/numbers/templates-page'
import '../features/notices/notices-page'
import '../features/phone/phone-page'
import '../features/reports/reports-page'
import '../features/sessions/sessions-page'
import '../features/settings-inbox/canned-page'
import '../features/settings-inbox/labels-page'
import '../features/setup/setup-page'
import '../features/sign-in/forgot-page'
import '../features/sign-in/invitation-page'
import '../features/sign-in/new-password-page'
import '../features/sign-in/register-page'
import '../features/sign-in/reset-page'
import '../features/sign-in/sign-in-page'
import '../features/team/team-page'

type Options = {
  parley?: FakeParley
  /** Whether nobody is signed in. */
  signedOut?: boolean
}

/** Opens the pages at an address, as a browser would, with a fake behind them and its owner signed in. */
export function renderPage(address: string, { parley = new FakeParley(), signedOut = false }: Options = {}) {
  answerWith(parley)
  if (!signedOut) session.accept(parley.session())
  const queries = newQueryClient()
  queries.setDefaultOptions({
    ...queries.getDefaultOptions(),
    queries: { ...queries.getDefaultOptions().queries, retryDelay: 0 },
  })
  const history = createMemoryHistory({ initialEntries: [address] })
  const live = new Live(queries)
  const router = newRouter({ queries, live }, history)
  render(
    <QueryClientProvider client={queries}>
      <Reading>
        <Toasts>
          <RouterProvider router={router} />
        </Toasts>
      </Reading>
    </QueryClientProvider>,
  )
  return { parley, router, queries, live, user: userEvent.setup({ delay: null }) }
}
