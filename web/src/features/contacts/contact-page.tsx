import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, Merge } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { contactName, fullNumber } from '../../lib/contact-name'
import { Button } from '../../ui/button'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { Tag } from '../../ui/tag'
import { TimeAgo } from '../../ui/time-ago'
import { Consents } from './consents'
import { DetailsForm } from './details-form'
import { Dossier } from './dossier'
import { MergeDialog } from './merge-dialog'
import { useContact } from './queries'

const route = getRouteApi('/signed-in/contacts/$contactId')

/** All that is known of one contact. */
export function ContactPage() {
  const { t } = useTranslation('contacts')
  const words = useProblemWords()
  const { contactId } = route.useParams()
  const may = useMay('contacts:write')
  const one = useContact(contactId)
  const navigate = useNavigate()
  const [merging, setMerging] = useState(false)
  const contact = one.data
  const title = contact ? contactName(contact) || t('unknown') : t('title')

  return (
    <div className="flex min-h-0 grow flex-col bg-surface">
      <PageHeader title={title} about={contact?.optedOutAt && <Tag kind="warn">{t('optedOut')}</Tag>}>
        <Link to="/contacts" className="flex touch items-center gap-1 rounded-control px-2 text-ink-2">
          <Icon as={ChevronLeft} size={16} className="flip" />
          {t('back')}
        </Link>
        {contact && may && (
          <Button onClick={() => setMerging(true)}>
            <Icon as={Merge} size={16} />
            {t('merge.open')}
          </Button>
        )}
      </PageHeader>
      <main className="min-h-0 grow overflow-y-auto px-4 sm:px-6">
        <div className="max-w-180">
          {one.isPending && (
            <div role="status" aria-label={t('loading', { ns: 'common' })} className="grid gap-6 py-6">
              {[0, 1, 2, 3].map((i) => (
                <Skeleton key={i} />
              ))}
            </div>
          )}
          {one.isError && (
            <div className="py-6">
              <ErrorBox
                title={t('failedOne')}
                action={{ name: t('tryAgain', { ns: 'common' }), run: () => void one.refetch() }}
              >
                {words(one.error)}
              </ErrorBox>
            </div>
          )}
          {contact && (
            <>
              <Part title={t('details.title')}>
                <DetailsForm key={contact.id} contact={contact} readOnly={!may} />
              </Part>
              <Part title={t('known.title')}>
                <ul className="grid gap-1.5">
                  {contact.identities.map((known) => (
                    <li key={`${known.kind} ${known.value}`} className="flex flex-wrap gap-2">
                      <span className="text-ink-2">{kindName(known.kind, t)}</span>
                      <bdi dir="ltr" className="break-all tabular-nums">
                        {known.kind === 'bsuid' ? known.value : fullNumber(known.value)}
                      </bdi>
                      <TimeAgo at={known.firstSeen} className="ms-auto text-ink-3" />
                    </li>
                  ))}
                </ul>
              </Part>
              <Part title={t('consent.title')}>
                <Consents contact={contact} readOnly={!may} />
              </Part>
              <Part title={t('talks.title')}>
                {contact.conversations.length === 0 && <p className="text-ink-3">{t('talks.none')}</p>}
                <ul className="grid grid-cols-1 gap-1">
                  {contact.conversations.map((talk) => (
                    <li key={talk.id}>
                      <Link
                        to="/inbox/$conversationId"
                        params={{ conversationId: talk.id }}
                        className="flex touch items-center gap-3 rounded-chip px-2 py-1.5 hover:bg-hover"
                      >
                        <bdi className="min-w-0 grow truncate">{talk.lastMessage.text || t('talks.open')}</bdi>
                        <span className="whitespace-nowrap text-ink-3">
                          {t('talks.episodes', {
                            count: contact.episodes.filter((e) => e.conversationId === talk.id).length,
                          })}
                        </span>
                        <TimeAgo at={talk.lastMessage.at} className="text-ink-3" />
                      </Link>
                    </li>
                  ))}
                </ul>
              </Part>
              <Part title={t('dossier.title')}>
                <Dossier contact={contact} onErased={() => void navigate({ to: '/contacts' })} />
              </Part>
            </>
          )}
        </div>
      </main>
      {merging && contact && <MergeDialog contact={contact} onClose={() => setMerging(false)} />}
    </div>
  )
}

function kindName(kind: string, t: ReturnType<typeof useTranslation<'contacts'>>['t']): string {
  switch (kind) {
    case 'bsuid':
      return t('known.bsuid')
    case 'former':
      return t('known.former')
    default:
      return t('known.number')
  }
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="grid gap-3 border-b border-line py-6 last:border-b-0">
      <h2 id={id} className="text-md font-semibold">
        {title}
      </h2>
      {children}
    </section>
  )
}
