import clsx from 'clsx'
import { Ellipsis, FileText, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Document } from '../../api/types'
import { size } from '../../lib/size'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { LoadMore } from '../../ui/load-more'
import { Menu, MenuItem } from '../../ui/menu'
import { TimeAgo } from '../../ui/time-ago'
import { DocumentState } from './document-state'

type Props = {
  documents: readonly Document[]
  openId: string | undefined
  onOpen: (id: string) => void
  /** Left out for who may only read. */
  onRemove: ((document: Document) => void) | undefined
  /** Reads the next page; left out at the end. */
  more: (() => void) | undefined
  busy: boolean
}

const wide = 'max-md:hidden'

/** What the AI knows, one document a row. */
export function DocumentTable({ documents, openId, onOpen, onRemove, more, busy }: Props) {
  const { t, i18n } = useTranslation('knowledge')
  return (
    <>
      <table className="w-full table-fixed border-collapse text-start">
        <caption className="sr-only">{t('table.name')}</caption>
        <thead>
          <tr className="h-9 border-b border-line bg-sunken text-xs text-ink-2 [&>th]:text-start [&>th]:font-medium">
            <th scope="col" className="ps-4 sm:ps-6">
              {t('table.title')}
            </th>
            <th scope="col" className="w-44 max-sm:w-28">
              {t('table.state')}
            </th>
            <th scope="col" className={clsx('w-24 pe-6 text-end!', wide)}>
              {t('table.passages')}
            </th>
            <th scope="col" className={clsx('w-24 pe-6 text-end!', wide)}>
              {t('table.size')}
            </th>
            <th scope="col" className={clsx('w-28', wide)}>
              {t('table.updated')}
            </th>
            <th scope="col" className="w-14 sm:w-18">
              <span className="sr-only">{t('table.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {documents.map((one) => (
            <tr
              key={one.id}
              className={clsx('h-11 border-b border-line', one.id === openId ? 'bg-selected' : 'hover:bg-hover')}
            >
              <th scope="row" className="ps-4 text-start font-normal sm:ps-6">
                <button
                  type="button"
                  aria-expanded={one.id === openId}
                  onClick={() => onOpen(one.id)}
                  className="flex touch max-w-full items-center gap-2.5 rounded-chip text-start"
                >
                  <Icon as={FileText} size={16} className="text-ink-3" />
                  <span className="truncate">
                    <bdi>{one.title}</bdi>
                  </span>
                </button>
              </th>
              <td>
                <DocumentState document={one} />
              </td>
              <td className={clsx('pe-6 text-end tabular-nums', wide)}>
                {new Intl.NumberFormat(i18n.language).format(one.passages)}
              </td>
              <td className={clsx('pe-6 text-end text-ink-2 tabular-nums', wide)}>
                {size(one.sizeBytes, i18n.language)}
              </td>
              <td className={clsx('text-ink-2', wide)}>
                <TimeAgo at={one.updatedAt} />
              </td>
              <td className="pe-2 text-end sm:pe-4">
                <Menu
                  trigger={
                    <IconButton name={t('table.more', { title: one.title })}>
                      <Icon as={Ellipsis} size={16} />
                    </IconButton>
                  }
                >
                  <MenuItem onSelect={() => onOpen(one.id)}>
                    <Icon as={FileText} size={16} />
                    {t('document.read')}
                  </MenuItem>
                  {onRemove && (
                    <MenuItem danger onSelect={() => onRemove(one)}>
                      <Icon as={Trash2} size={16} />
                      {t('remove.open')}
                    </MenuItem>
                  )}
                </Menu>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more && <LoadMore name={t('table.next')} busy={busy} onMore={more} />}
    </>
  )
}
