import { Link } from '@tanstack/react-router'
import { BookOpen, Check, Smartphone, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../api/use-session'
import { buttonLook } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { useFirstSteps } from './queries'

/** Nobody has written yet: tell the AI something, then write to it oneself. */
export function FirstSteps() {
  const { t } = useTranslation('inbox')
  const workspace = useSession()?.tenant.name ?? ''
  const { documents = 0, phone } = useFirstSteps()
  const knows = documents > 0
  return (
    <div className="m-auto w-full max-w-152 p-6">
      <TwoBubbles />
      <h2 className="mt-5 text-xl font-semibold">{t('first.title')}</h2>
      <p className="mt-1 text-md text-ink-2">{t('first.about', { workspace })}</p>
      <ol className="mt-6 rounded-card border border-line bg-surface">
        <Step
          icon={knows ? Check : BookOpen}
          done={knows}
          title={knows ? t('first.ready') : t('first.tell')}
          about={knows ? t('first.readyAbout', { count: documents }) : t('first.tellAbout')}
        >
          <Link to="/knowledge" className={buttonLook({ kind: knows ? 'normal' : 'primary' })}>
            {knows ? t('first.tellMore') : t('first.tellDo')}
          </Link>
        </Step>
        {phone !== false && (
          <Step icon={Smartphone} title={t('first.write')} about={t('first.writeAbout')}>
            <Link to="/phone" className={buttonLook({ kind: knows ? 'primary' : 'normal' })}>
              {t('first.writeDo')}
            </Link>
          </Step>
        )}
      </ol>
      <Link to="/start" className={`mt-4 ${buttonLook({})}`}>
        {t('first.all')}
      </Link>
    </div>
  )
}

type StepProps = {
  icon: LucideIcon
  title: string
  about: string
  done?: boolean
  /** The way to do it. */
  children: ReactNode
}

function Step({ icon, title, about, done = false, children }: StepProps) {
  return (
    <li className="flex gap-4 p-4 not-first:border-t not-first:border-line max-sm:flex-wrap sm:items-center">
      <Icon as={icon} className={done ? 'text-good' : 'text-ink-2'} />
      <div className="min-w-0 grow basis-60">
        <h3 className="font-semibold">{title}</h3>
        <p className="text-ink-2">{about}</p>
      </div>
      <div className="max-sm:ms-9">{children}</div>
    </li>
  )
}

function TwoBubbles() {
  return (
    <svg width="112" height="48" viewBox="0 0 112 48" fill="none" aria-hidden="true" strokeWidth="1.5">
      <rect x="1" y="1" width="60" height="26" rx="7" className="fill-surface stroke-line-strong" />
      <path d="M11 10h34M11 16h20" className="stroke-line-strong" strokeLinecap="round" />
      <rect x="46" y="19" width="65" height="27" rx="7" className="fill-ai-soft stroke-ai-line" />
      <path d="m58 26 6 6-6 6-6-6Z" className="stroke-ai" strokeLinejoin="round" />
      <path d="M71 29h30M71 35h20" className="stroke-ai-line" strokeLinecap="round" />
    </svg>
  )
}
