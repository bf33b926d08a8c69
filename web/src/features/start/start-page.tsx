import { Link, useNavigate } from '@tanstack/react-router'
import { Smartphone } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay, useSession } from '../../api/use-session'
import { useMedia } from '../../lib/use-media'
import { Button, buttonLook } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { PageHeader } from '../../ui/page-header'
import { ProgressBar } from '../../ui/progress-bar'
import { keep } from './kept'
import { StartStep } from './start-step'
import { TellBusiness } from './tell-business'
import { TellKnowledge } from './tell-knowledge'
import { steps, useDone, type Step } from './use-start'

type Props = { phone: (close: () => void) => ReactNode }

/** The first steps: each can be left and come back to, and the phone beside them answers from the second on. */
export function StartPage({ phone }: Props) {
  const { t } = useTranslation('start')
  const navigate = useNavigate()
  const workspace = useSession()?.tenant.id ?? ''
  const done = useDone(workspace)
  const wide = useMedia('(min-width: 1024px)')
  const [shown, setShown] = useState<boolean>()
  const [chosen, setChosen] = useState<Step>()
  const mayTell = useMay('tenant:write')
  const mayGive = useMay('knowledge:write')
  const withPhone = shown ?? wide
  const open = chosen ?? steps.find((step) => done[step] === false)
  const count = steps.filter((step) => done[step]).length

  const inside: Record<Step, ReactNode> = {
    business: mayTell ? <TellBusiness onDone={() => setChosen(undefined)} /> : <p>{t('notYours')}</p>,
    knowledge: mayGive ? <TellKnowledge onDone={() => setChosen(undefined)} /> : <p>{t('notYours')}</p>,
    phone: (
      <Button kind="primary" size="large" onClick={() => setShown(true)} className="justify-self-start">
        <Icon as={Smartphone} size={16} />
        {t('phone.do')}
      </Button>
    ),
    whatsapp: (
      <Button size="large" onClick={() => void navigate({ href: '/settings/numbers' })} className="justify-self-start">
        {t('whatsapp.do')}
      </Button>
    ),
    model: (
      <>
        <p className="text-ink-2">{t('model.how')}</p>
        <Button size="large" onClick={() => done.byChoice('model')} className="justify-self-start">
          {t('model.stay')}
        </Button>
      </>
    ),
    team: (
      <Link to="/settings/team" className={`justify-self-start ${buttonLook({ size: 'large' })}`}>
        {t('team.do')}
      </Link>
    ),
  }

  return (
    <div className="flex min-h-0 grow">
      <div className="flex min-h-0 min-w-0 grow flex-col bg-surface">
        <PageHeader title={t('title')}>
          <Link to="/inbox" onClick={() => keep(workspace, 'later')} className={buttonLook({})}>
            {count === steps.length ? t('toInbox') : t('later')}
          </Link>
        </PageHeader>
        <main className="min-h-0 grow overflow-y-auto px-4 sm:px-6">
          <div className="mx-auto grid w-full max-w-152 gap-4 py-6">
            <p className="text-md text-ink-2">{t('about')}</p>
            <div className="flex items-center gap-3">
              <ProgressBar name={t('progress')} value={count} most={steps.length} className="grow" />
              <span className="text-ink-3 tabular-nums">{t('count', { done: count, all: steps.length })}</span>
            </div>
            <ol className="rounded-card border border-line">
              {steps.map((step, i) => (
                <StartStep
                  key={step}
                  number={i + 1}
                  title={t(`${step}.title`)}
                  about={t(`${step}.about`)}
                  done={done[step] === true}
                  open={step === open}
                  onOpen={() => setChosen(step)}
                >
                  {inside[step]}
                </StartStep>
              ))}
            </ol>
          </div>
        </main>
      </div>
      {withPhone && phone(() => setShown(false))}
    </div>
  )
}
