import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, ask } from '../../api/client'
import { resource } from '../../api/live'
import { useProblemWords } from '../../api/use-problem-words'
import { buttonLook } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { SidePane } from '../../ui/side-pane'
import { Skeleton } from '../../ui/skeleton'
import { Tag } from '../../ui/tag'
import { TimeAgo } from '../../ui/time-ago'
import { contactName, fullNumber } from './contact-name'
import { useConversation } from './queries'

type Props = { conversationId: string; onClose: () => void }

/** Who the conversation is with: how known, what is kept about them, what they allowed, and what was said before. */
export function ContactPanel({ conversationId, onClose }: Props) {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const contactId = useConversation(conversationId).data?.contact.id ?? ''
  const one = useQuery({
    enabled: contactId !== '',
    queryKey: [resource.contact, contactId],
    queryFn: ({ signal }) => ask(api.GET('/api/contacts/{id}', { params: { path: { id: contactId } }, signal })),
  })
  const contact = one.data
  return (
    <SidePane title={t('panel.title')} onClose={onClose}>
      <div className="min-h-0 grow overflow-y-auto px-4">
        {one.isPending && (
          <div role="status" aria-label={t('loading', { ns: 'common' })} className="grid gap-5 py-5">
            {[0, 1, 2, 3].map((i) => (
              <Skeleton key={i} />
            ))}
          </div>
        )}
        {one.isError && (
          <div className="py-4">
            <ErrorBox
              title={t('panel.failed')}
              action={{ name: t('tryAgain', { ns: 'common' }), run: () => void one.refetch() }}
            >
              {words(one.error)}
            </ErrorBox>
          </div>
        )}
        {contact && (
          <>
            <div className="grid justify-items-start gap-2 py-4">
              <p className="text-lg font-semibold">
                <bdi>{contactName(contact) || t('contact.unknown')}</bdi>
              </p>
              {contact.optedOutAt && <Tag kind="warn">{t('panel.optedOut')}</Tag>}
              <Link
                to="/contacts/$contactId"
                params={{ contactId: contact.id }}
                className={buttonLook({ size: 'small' })}
              >
                {t('panel.open')}
              </Link>
            </div>
            <Facts title={t('panel.known')}>
              {contact.identities.map((known) => (
                <Fact
                  key={`${known.kind} ${known.value}`}
                  name={known.kind === 'bsuid' ? 'WhatsApp' : t('panel.number')}
                >
                  <bdi dir="ltr" className="break-all">
                    {known.kind === 'bsuid' ? known.value : fullNumber(known.value)}
                  </bdi>
                </Fact>
              ))}
              {contact.language && <Fact name={t('panel.language')}>{contact.language}</Fact>}
            </Facts>
            {Object.keys(contact.attributes).length > 0 && (
              <Facts title={t('panel.attributes')}>
                {Object.entries(contact.attributes).map(([key, value]) => (
                  <Fact key={key} name={<bdi>{key}</bdi>}>
                    <bdi>{value}</bdi>
                  </Fact>
                ))}
              </Facts>
            )}
            {contact.consents.length > 0 && (
              <Facts title={t('panel.consents')}>
                {contact.consents.map((told, i) => (
                  <Fact key={i} name={t(`panel.topic.${told.topic}`)}>
                    {t(told.granted ? 'panel.allowed' : 'panel.refused')} · <bdi>{told.source}</bdi>{' '}
                    <TimeAgo at={told.at} className="text-ink-3" />
                  </Fact>
                ))}
              </Facts>
            )}
            <Facts title={t('panel.episodes')}>
              {contact.episodes.map((episode) => (
                <Fact key={`${episode.conversationId} ${episode.number}`} name={<TimeAgo at={episode.openedAt} />}>
                  {t(episode.closedAt ? 'panel.wasClosed' : 'panel.isOpen')}
                </Fact>
              ))}
            </Facts>
          </>
        )}
      </div>
    </SidePane>
  )
}

function Facts({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="border-t border-line py-4">
      <h3 className="mb-2 text-xs font-semibold text-ink-2">{title}</h3>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">{children}</dl>
    </section>
  )
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  )
}
