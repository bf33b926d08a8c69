import clsx from 'clsx'
import { useCallback, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ContactPanel } from './contact-panel'
import { ConversationList } from './conversation-list'
import { NothingOpen } from './nothing-open'
import { ThreadPane } from './thread-pane'
import { useInbox } from './use-inbox'
import { WhyPanel } from './why-panel'

type Props = {
  /** The built-in phone, to be laid beside the thread; it is given what closes it. */
  phone: (close: () => void) => ReactNode
}

/** The inbox: list, thread, and beside them why the AI said something, or the phone. */
export function InboxPage({ phone }: Props) {
  const { t } = useTranslation('inbox')
  const { openId, why, phone: phoneOpen, contact, change } = useInbox()
  const closeWhy = useCallback(() => change({ why: undefined }), [change])
  const closeContact = useCallback(() => change({ contact: undefined }), [change])
  const closePhone = useCallback(() => change({ phone: undefined }), [change])
  return (
    <div className="flex min-h-0 grow bg-sunken">
      <section
        aria-label={t('list.name')}
        className={clsx(
          'flex w-full flex-col border-e border-line bg-surface md:w-75 md:shrink-0 lg:w-90',
          openId && 'max-md:hidden',
        )}
      >
        <ConversationList />
      </section>
      <main className={clsx('flex min-w-0 grow flex-col', !openId && 'max-md:hidden')}>
        {openId ? <ThreadPane key={openId} id={openId} /> : <NothingOpen />}
      </main>
      {why ? (
        <WhyPanel key={why} messageId={why} onClose={closeWhy} />
      ) : contact && openId ? (
        <ContactPanel key={openId} conversationId={openId} onClose={closeContact} />
      ) : (
        phoneOpen && phone(closePhone)
      )}
    </div>
  )
}
