import { Outlet, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '../api/types'
import { useSession } from '../api/use-session'
import { useNeedMe } from '../features/inbox/queries'
import { useKeys } from '../lib/use-keys'
import { BottomBar } from './bottom-bar'
import { KeysSheet } from './keys-sheet'
import { LiveStrip } from './live-strip'
import { Rail } from './rail'
import { useSessionWatch } from './use-session-watch'

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
  const inThread = useParams({ strict: false, select: (params) => params.conversationId !== undefined })
  // A tab among others says how many wait.
  const waiting = needMe > 99 ? '99+' : String(needMe)
  const title = needMe > 0 ? t('titleWaiting', { waiting }) : t('name')
  useEffect(() => {
    document.title = title
  }, [title])
  useKeys({
    '?': () => setSheet(true),
    'g i': () => navigate({ to: '/inbox' }),
    'g k': () => navigate({ to: '/knowledge' }),
    'g p': () => navigate({ to: '/phone' }),
    'g s': () => navigate({ to: '/settings' }),
  })
  return (
    <div className="flex h-full max-sm:flex-col">
      <a
        href="#page"
        className="fixed start-2 -top-20 z-60 rounded-control bg-raised px-3 py-2 shadow-high focus:top-2"
      >
        {t('skip')}
      </a>
      <Rail session={session} needMe={needMe} onKeys={() => setSheet(true)} />
      <LiveStrip />
      <div id="page" tabIndex={-1} className="flex min-h-0 min-w-0 grow flex-col outline-none">
        <Outlet />
      </div>
      {!inThread && <BottomBar needMe={needMe} />}
      <KeysSheet open={sheet} onClose={() => setSheet(false)} />
    </div>
  )
}
