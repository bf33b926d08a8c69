import { Link } from '@tanstack/react-router'
import { Inbox, RotateCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { narrow, useMedia } from '../../lib/use-media'
import { Button, buttonLook } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { PageHeader } from '../../ui/page-header'
import { Phone } from './phone'
import { PhoneGate } from './phone-gate'
import { useOtherSide } from './queries'
import { TryOut } from './try-out'
import { useBeginAgain } from './use-begin-again'
import { usePhone } from './use-phone'
import { WhatHappened } from './what-happened'

/** A customer's phone: what is written on it goes the same way as a real message. */
export function PhonePage() {
  const { t } = useTranslation('phone')
  return (
    <main className="flex min-h-0 grow flex-col bg-surface">
      <PhoneGate>
        <On title={t('title')} />
      </PhoneGate>
    </main>
  )
}

type OnProps = { title: string }

function On({ title }: OnProps) {
  const { t } = useTranslation('phone')
  const small = useMedia(narrow)
  const phone = usePhone()
  const { begin, busy } = useBeginAgain()
  const other = useOtherSide(phone.thread.data)
  const conversationId = other.conversation?.id
  const inbox = conversationId
    ? ({ to: '/inbox/$conversationId', params: { conversationId } } as const)
    : ({ to: '/inbox' } as const)

  if (small) {
    return (
      <>
        <h1 className="sr-only">{title}</h1>
        <Phone phone={phone} bare />
        <div className="flex shrink-0 justify-between border-t border-line bg-surface px-2">
          <Button kind="ghost" size="small" disabled={busy} onClick={begin} className="touch">
            <Icon as={RotateCcw} size={16} />
            {t('again.do')}
          </Button>
          <Link {...inbox} className={`touch ${buttonLook({ kind: 'ghost', size: 'small' })}`}>
            <Icon as={Inbox} size={16} />
            {t('inbox')}
          </Link>
        </div>
      </>
    )
  }
  return (
    <>
      <PageHeader title={title} about={t('pageAbout')}>
        <Button disabled={busy} onClick={begin} className="max-lg:hidden">
          <Icon as={RotateCcw} size={16} />
          {t('again.do')}
        </Button>
        <IconButton name={t('again.do')} disabled={busy} onClick={begin} className="lg:hidden">
          <Icon as={RotateCcw} />
        </IconButton>
        <Link {...inbox} className={buttonLook()}>
          <Icon as={Inbox} size={16} />
          {t('inbox')}
        </Link>
      </PageHeader>
      <div className="flex min-h-0 grow">
        <TryOut onSend={phone.send} />
        <div className="flex min-w-0 grow items-center justify-center bg-canvas p-6">
          <Phone phone={phone} ready />
        </div>
        <WhatHappened conversation={other.conversation} messages={other.messages} />
      </div>
    </>
  )
}
