import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemWords } from '../../api/use-problem-words'
import { drafts } from '../../lib/drafts'
import { dayName, dayOf, millis } from '../../lib/time'
import { useNow } from '../../lib/use-now'
import { ClockTime } from '../../ui/clock-time'
import { ErrorBox } from '../../ui/error-box'
import { Skeleton } from '../../ui/skeleton'
import { Ticks } from '../../ui/ticks'
import { PhoneBubble } from './phone-bubble'
import { useForgetWritten } from './queries'
import { TypingDots } from './typing-dots'
import type { usePhone } from './use-phone'

type Props = Pick<ReturnType<typeof usePhone>, 'thread' | 'said' | 'outgoing'>

/** What was said on the phone, the newest at the bottom. */
export function PhoneThread({ thread, said, outgoing }: Props) {
  const { t, i18n } = useTranslation('phone')
  const words = useProblemWords()
  const forget = useForgetWritten()
  const now = useNow()
  const box = useRef<HTMLDivElement>(null)
  const typing = thread.data?.typing ?? false

  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [said.length, outgoing.length, typing])

  return (
    <div
      ref={box}
      role="log"
      aria-label={t('thread')}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls is scrolled with the keyboard, too
      tabIndex={0}
      className="flex min-h-0 grow flex-col gap-1.5 overflow-y-auto bg-sunken p-3 focus-inside"
    >
      <div className="grow" />
      <p className="max-w-65 self-center py-1 text-center text-2xs text-ink-3">{t('about')}</p>
      {thread.isPending && (
        <div role="status" aria-label={t('loading', { ns: 'common' })} className="grid gap-2">
          <Skeleton className="h-9 w-1/2 justify-self-end rounded-[14px]" />
          <Skeleton className="h-14 w-2/3 rounded-[14px]" />
        </div>
      )}
      {thread.isError && (
        <ErrorBox
          title={t('failed')}
          action={{ name: t('tryAgain', { ns: 'common' }), run: () => void thread.refetch() }}
        >
          {words(thread.error)}
        </ErrorBox>
      )}
      {said.map((message, i) => {
        const at = millis(message.at)
        const before = millis(said[i - 1]?.at)
        const newDay = !Number.isNaN(at) && (Number.isNaN(before) || dayOf(before) !== dayOf(at))
        return (
          <div key={message.id} className="contents">
            {newDay && <p className="self-center py-0.5 text-2xs text-ink-3">{dayName(at, now, i18n.language)}</p>}
            <PhoneBubble
              from={message.from}
              text={message.text}
              name={t(`from.${message.from}`)}
              at={
                <>
                  <ClockTime at={message.at} />
                  {message.from === 'me' && <Ticks station={message.status} />}
                </>
              }
            />
          </div>
        )
      })}
      {outgoing.map(({ id, status, error, written }) => (
        <div key={id} className="contents">
          <PhoneBubble
            from="me"
            text={written.text}
            name={t('from.me')}
            at={<Ticks station={status === 'error' ? 'failed' : 'queued'} />}
          />
          {status === 'error' && (
            <p role="alert" className="max-w-[84%] self-end text-end text-xs text-danger-text">
              <strong className="font-semibold">{t('notSent')}</strong> {words(error)}{' '}
              <button
                type="button"
                onClick={() => {
                  forget(id)
                  const draft = drafts.read('phone')
                  drafts.write('phone', draft ? `${written.text}\n${draft}` : written.text)
                }}
                className="touch-around rounded-chip font-medium text-accent-text hover:underline"
              >
                {t('takeBack')}
              </button>
            </p>
          )}
        </div>
      ))}
      {typing && <TypingDots />}
    </div>
  )
}
