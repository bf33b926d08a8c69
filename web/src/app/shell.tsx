import { Outlet, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '../api/types'
import { useSession } from '../api/use-session'
import { useNeedMe } from '../features/inbox/queries'
import { useKeys } from '../lib/use-keys'
import { BottomBar } from './bottom-bar'
import { KeysSheet } from './keys-sheet'
import { LiveStrip } from './live-strip'
import { places } from './places'
import { Rail } from './rail'
import { useNews } from './use-news'
import { useSessionWatch } from './use-session-watch'
import { useTellLanguage } from './use-tell-language'

const Palette = lazy(async () => ({ default: (await import('./palette/palette')).Palette }))

/** The frame around every page of somebody who is signed in. */
export function Shell() {
  useSessionWatch()
  const session = useSession()
  // Another workspace is another frame: nothing on the screen is carried over.
  return session && <Frame key={session.tenant.id} session={session} />
}

type Props = { session: Session }

function Frame({ session }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const needMe = useNeedMe()
  const [sheet, setSheet] = useState(false)
  const [palette, setPalette] = useState(false)
  const inThread = useParams({ strict: false, select: (params) => params.conversationId !== undefined })
  useKeys({
    '?': () => setSheet(true),
    'mod k': () => setPalette(true),
    ...Object.fromEntries(places.map(({ key, to }) => [`g ${key}`, () => navigate({ to })])),
  })
  useNews(needMe)
  useTellLanguage(session)
  return (
    <div className="flex h-full max-sm:flex-col">
      <a
        href="#page"
        className="fixed start-2 -top-20 z-60 rounded-control bg-raised px-3 py-2 shadow-high focus:top-2"
      >
        {t('skip')}
      </a>
      <Rail session={session} needMe={needMe ?? 0} onKeys={() => setSheet(true)} onFind={() => setPalette(true)} />
      <LiveStrip />
      <div id="page" tabIndex={-1} className="flex min-h-0 min-w-0 grow flex-col outline-none">
        <Outlet />
      </div>
      {!inThread && <BottomBar needMe={needMe ?? 0} />}
      {palette && (
        <Suspense>
          <Palette session={session} onClose={() => setPalette(false)} onKeys={() => setSheet(true)} />
        </Suspense>
      )}
      <KeysSheet open={sheet} onClose={() => setSheet(false)} />
    </div>
  )
}
