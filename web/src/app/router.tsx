import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type RouterHistory,
} from '@tanstack/react-router'
import type { Live } from '../api/live'
import { session } from '../api/session'
import { isNewcomer } from './newcomer'
import { PageBroken } from './page-broken'
import { PageMissing } from './page-missing'

/** What routes may use. */
type Context = { queries: QueryClient; live: Live }

/** The tabs of the inbox, in their order. */
const views = ['needs_me', 'unreplied', 'ai', 'handed_off', 'mine', 'all', 'closed', 'snoozed'] as const

/** What the inbox keeps in the address: filters, and what stands beside the thread. */
type InboxSearch = {
  view?: (typeof views)[number]
  q?: string
  channel?: string
  label?: string
  assignee?: string
  unread?: boolean
  why?: string
  at?: number
  phone?: boolean
  contact?: boolean
}

const root = createRootRouteWithContext<Context>()({ notFoundComponent: PageMissing })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string } => optional({ next: ownPath(search.next) }),
  beforeLoad: async ({ search }) => {
    const { status } = await session.start()
    if (status === 'signed-in') throw redirect({ href: search.next ?? '/' })
  },
  component: lazyRouteComponent(() => import('../features/sign-in/sign-in-page'), 'SignInPage'),
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../features/setup/setup-page'), 'SetupPage'),
})

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: lazyRouteComponent(() => import('../features/sign-in/forgot-page'), 'ForgotPage'),
})

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('../features/sign-in/reset-page'), 'ResetPage'),
})

const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  component: lazyRouteComponent(() => import('../features/sign-in/register-page'), 'RegisterPage'),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  beforeLoad: () => session.start(),
  component: lazyRouteComponent(() => import('../features/sign-in/invitation-page'), 'InvitationPage'),
})

const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/new-password',
  validateSearch: (search): { next?: string } => optional({ next: ownPath(search.next) }),
  beforeLoad: async () => {
    const state = await session.start()
    if (state.status !== 'signed-in') throw redirect({ to: '/sign-in' })
  },
  component: lazyRouteComponent(() => import('../features/sign-in/new-password-page'), 'NewPasswordPage'),
})

// Everything behind it is for somebody who is signed in and has chosen a password.
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const state = await session.start()
    if (state.status !== 'signed-in') throw redirect({ to: '/sign-in', search: { next: location.href } })
    if (state.session.mustChangePassword) throw redirect({ to: '/new-password', search: { next: location.href } })
  },
  component: lazyRouteComponent(() => import('./shell'), 'Shell'),
})

const start = createRoute({
  getParentRoute: () => signedIn,
  path: '/start',
  component: lazyRouteComponent(() => import('./start-with-phone'), 'StartWithPhone'),
})

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: async () => {
    throw redirect({ to: (await isNewcomer()) ? '/start' : '/inbox' })
  },
})

const inbox = createRoute({
  getParentRoute: () => signedIn,
  path: '/inbox',
  validateSearch: (search): InboxSearch =>
    optional({
      view: views.find((view) => view === search.view),
      q: text(search.q),
      channel: text(search.channel),
      label: text(search.label),
      assignee: text(search.assignee),
      unread: search.unread === true ? true : undefined,
      why: text(search.why),
      at: typeof search.at === 'number' && search.at !== 0 ? search.at : undefined,
      phone: search.phone === true ? true : undefined,
      contact: search.contact === true ? true : undefined,
    }),
  component: lazyRouteComponent(() => import('./inbox-with-phone'), 'InboxWithPhone'),
})

const conversation = createRoute({ getParentRoute: () => inbox, path: '$conversationId' })

const knowledge = createRoute({
  getParentRoute: () => signedIn,
  path: '/knowledge',
  validateSearch: (search): { q?: string; document?: string } =>
    optional({ q: text(search.q), document: text(search.document) }),
  component: lazyRouteComponent(() => import('../features/knowledge/knowledge-page'), 'KnowledgePage'),
})

const contacts = createRoute({
  getParentRoute: () => signedIn,
  path: '/contacts',
  validateSearch: (search): { q?: string; order?: 'activity' | 'name' } =>
    optional({ q: text(search.q), order: search.order === 'name' ? 'name' : undefined }),
  component: lazyRouteComponent(() => import('../features/contacts/contacts-page'), 'ContactsPage'),
})

const contact = createRoute({
  getParentRoute: () => signedIn,
  path: '/contacts/$contactId',
  component: lazyRouteComponent(() => import('../features/contacts/contact-page'), 'ContactPage'),
})

/** What a report keeps in the address: its days, and the number that is looked behind. */
type ReportSearch = { from?: string; to?: string; metric?: (typeof metrics)[number]; reason?: string }

const metrics = ['opened', 'closed', 'ai_alone', 'with_person', 'unanswered', 'handed_off'] as const

const reports = createRoute({
  getParentRoute: () => signedIn,
  path: '/reports',
  validateSearch: (search): ReportSearch =>
    optional({
      from: text(search.from),
      to: text(search.to),
      metric: metrics.find((metric) => metric === search.metric),
      reason: text(search.reason),
    }),
  component: lazyRouteComponent(() => import('../features/reports/reports-page'), 'ReportsPage'),
})

const phone = createRoute({
  getParentRoute: () => signedIn,
  path: '/phone',
  component: lazyRouteComponent(() => import('../features/phone/phone-page'), 'PhonePage'),
})

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('../features/account/account-page'), 'AccountPage'),
})

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings'), 'Settings'),
})

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/business' })
  },
})

const business = createRoute({
  getParentRoute: () => settings,
  path: 'business',
  component: lazyRouteComponent(() => import('../features/business/business-page'), 'BusinessPage'),
})

const hours = createRoute({
  getParentRoute: () => settings,
  path: 'hours',
  component: lazyRouteComponent(() => import('../features/business/hours-page'), 'HoursPage'),
})

const team = createRoute({
  getParentRoute: () => settings,
  path: 'team',
  component: lazyRouteComponent(() => import('../features/team/team-page'), 'TeamPage'),
})

const keys = createRoute({
  getParentRoute: () => settings,
  path: 'keys',
  component: lazyRouteComponent(() => import('../features/keys/keys-page'), 'KeysPage'),
})

const notices = createRoute({
  getParentRoute: () => settings,
  path: 'notices',
  component: lazyRouteComponent(() => import('../features/notices/notices-page'), 'NoticesPage'),
})

const sessions = createRoute({
  getParentRoute: () => settings,
  path: 'sessions',
  component: lazyRouteComponent(() => import('../features/sessions/sessions-page'), 'SessionsPage'),
})

const labels = createRoute({
  getParentRoute: () => settings,
  path: 'labels',
  component: lazyRouteComponent(() => import('../features/settings-inbox/labels-page'), 'LabelsPage'),
})

const cannedReplies = createRoute({
  getParentRoute: () => settings,
  path: 'canned-replies',
  component: lazyRouteComponent(() => import('../features/settings-inbox/canned-page'), 'CannedPage'),
})

const numbers = createRoute({
  getParentRoute: () => settings,
  path: 'numbers',
  component: lazyRouteComponent(() => import('../features/numbers/numbers-page'), 'NumbersPage'),
})

const templates = createRoute({
  getParentRoute: () => settings,
  path: 'templates',
  validateSearch: (search): { channel?: string } => optional({ channel: text(search.channel) }),
  component: lazyRouteComponent(() => import('../features/numbers/templates-page'), 'TemplatesPage'),
})

const tree = root.addChildren([
  signIn,
  setup,
  newPassword,
  forgot,
  reset,
  register,
  invitation,
  signedIn.addChildren([
    home,
    start,
    inbox.addChildren([conversation]),
    contacts,
    contact,
    knowledge,
    reports,
    phone,
    settings.addChildren([
      settingsHome,
      business,
      hours,
      numbers,
      templates,
      labels,
      cannedReplies,
      team,
      notices,
      keys,
      sessions,
    ]),
    account,
  ]),
])

/** Makes the router; history is the browser's unless a test brings its own. */
export function newRouter(context: Context, history?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    context,
    defaultPreload: 'intent',
    defaultErrorComponent: PageBroken,
    ...(history ? { history } : {}),
  })
}

declare module '@tanstack/react-router' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface can be extended
  interface Register {
    router: ReturnType<typeof newRouter>
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined
}

// Only a path of ours may be gone back to, or a link to the sign-in page could lead anywhere.
function ownPath(value: unknown): string | undefined {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined
}

type Optional<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

// What is undefined stays out of the address. It must be named all the same: what validateSearch does not name, the
// router takes from the address as it is.
function optional<T extends object>(search: T): Optional<T> {
  return search
}
