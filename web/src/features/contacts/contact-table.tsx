import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Contact } from '../../api/types'
import { contactName, fullNumber } from '../../lib/contact-name'
import { Avatar } from '../../ui/avatar'
import { LoadMore } from '../../ui/load-more'
import { Tag } from '../../ui/tag'
import { TimeAgo } from '../../ui/time-ago'

type Props = {
  contacts: readonly Contact[]
  /** Reads the next page; left out at the end. */
  more: (() => void) | undefined
  busy: boolean
}

const wide = 'max-md:hidden'

// Rows out of sight cost no layout: the list stays quick however far it was scrolled.
const row = 'h-13 border-b border-line hover:bg-hover [content-visibility:auto]'

/** Who wrote to the business, one a row. */
export function ContactTable({ contacts, more, busy }: Props) {
  const { t, i18n } = useTranslation('contacts')
  return (
    <>
      <table className="w-full table-fixed border-collapse text-start">
        <caption className="sr-only">{t('title')}</caption>
        <thead>
          <tr className="h-9 border-b border-line bg-sunken text-xs text-ink-2 [&>th]:text-start [&>th]:font-medium">
            <th scope="col" className="ps-4 sm:ps-6">
              {t('table.name')}
            </th>
            <th scope="col" className={`w-44 ${wide}`}>
              {t('table.number')}
            </th>
            <th scope="col" className={`w-32 pe-6 text-end! ${wide}`}>
              {t('table.conversations')}
            </th>
            <th scope="col" className="w-28 max-sm:w-20">
              {t('table.last')}
            </th>
          </tr>
        </thead>
        <tbody>
          {contacts.map((one) => (
            <tr key={one.id} className={row}>
              <th scope="row" className="ps-4 text-start font-normal sm:ps-6">
                <Link
                  to="/contacts/$contactId"
                  params={{ contactId: one.id }}
                  className="flex touch max-w-full items-center gap-3 rounded-chip"
                >
                  <Avatar name={one.name || one.username} />
                  <bdi className="truncate font-medium">{contactName(one) || t('unknown')}</bdi>
                  {one.optedOutAt && <Tag kind="warn">{t('optedOut')}</Tag>}
                </Link>
              </th>
              <td className={`text-ink-2 tabular-nums ${wide}`}>
                <bdi dir="ltr">{fullNumber(one.phone)}</bdi>
              </td>
              <td className={`pe-6 text-end tabular-nums ${wide}`}>
                {new Intl.NumberFormat(i18n.language).format(one.conversations)}
              </td>
              <td className="text-ink-2">{one.lastAt ? <TimeAgo at={one.lastAt} /> : t('table.never')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more && <LoadMore name={t('table.more')} busy={busy} onMore={more} />}
    </>
  )
}
