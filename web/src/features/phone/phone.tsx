import { BatteryFull, Signal } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../api/use-session'
import { clock } from '../../lib/time'
import { useNow } from '../../lib/use-now'
import { Avatar } from '../../ui/avatar'
import { Icon } from '../../ui/icon'
import { Tag } from '../../ui/tag'
import { PhoneComposer } from './phone-composer'
import { PhoneThread } from './phone-thread'
import type { usePhone } from './use-phone'

type Props = {
  phone: ReturnType<typeof usePhone>
  /** Whether the screen is all there is, without the body of a phone around it. */
  bare?: boolean
  /** Whether one may type at once. */
  ready?: boolean
}

/** A customer's phone, with the conversation with this business open. */
export function Phone({ phone, bare = false, ready = false }: Props) {
  const { t, i18n } = useTranslation('phone')
  const business = useSession()?.tenant.name ?? ''
  const now = useNow()
  const input = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (ready) input.current?.focus({ preventScroll: true })
  }, [ready])

  const screen = (
    <>
      <header className="flex h-14 shrink-0 items-center gap-2.5 border-b border-line bg-surface px-3.5 max-sm:h-15 max-sm:px-4">
        <Avatar name={business} />
        <div className="min-w-0 grow">
          <p className="truncate text-md font-semibold">
            <bdi>{business}</bdi>
          </p>
          <p className="text-xs text-ink-3">{phone.thread.data?.typing ? t('typing') : t('online')}</p>
        </div>
        <Tag>{t('test')}</Tag>
      </header>
      <PhoneThread {...phone} />
      <PhoneComposer input={input} onSend={phone.send} />
    </>
  )
  if (bare) return <div className="flex min-h-0 grow flex-col">{screen}</div>
  return (
    <div className="flex h-full max-h-186 w-90 max-w-full flex-col rounded-[40px] border border-line-strong bg-raised p-2.5 shadow-mid">
      <div className="flex min-h-0 grow flex-col overflow-hidden rounded-[30px] border border-line bg-sunken">
        <div
          aria-hidden="true"
          className="flex h-8 shrink-0 items-center justify-between bg-surface px-5 text-xs font-semibold tabular-nums"
        >
          <bdi dir="ltr">{clock(now, i18n.language)}</bdi>
          <span className="flex gap-1.5">
            <Icon as={Signal} size={16} />
            <Icon as={BatteryFull} size={18} />
          </span>
        </div>
        {screen}
      </div>
    </div>
  )
}
