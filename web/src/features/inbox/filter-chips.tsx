import { ListFilter, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLabels } from '../../api/use-labels'
import { useMembers } from '../../api/use-members'
import { useSession } from '../../api/use-session'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { LabelDot } from '../../ui/label-dot'
import { Menu, MenuChoice, MenuLine, MenuTick } from '../../ui/menu'
import type { Narrow } from './list-query'
import { useInbox } from './use-inbox'

/** What narrows the list: a menu to choose from, and what was chosen, to be taken away again. It stands in the address. */
export function FilterChips() {
  const { t } = useTranslation('inbox')
  const { narrow, change } = useInbox()
  const labels = useLabels()
  const members = useMembers()
  const me = useSession()?.user.id
  const people = [
    { value: 'nobody', name: t('filter.nobody') },
    ...(members.data ?? []).map(({ id, name }) => ({ value: id, name: id === me ? t('filter.me') : name })),
  ]
  const label = labels.data?.find(({ id }) => id === narrow.label)
  const names: Record<keyof Narrow, string | undefined> = {
    channel: narrow.channel && t('filter.channel'),
    label: narrow.label && (label?.name ?? t('filter.unknown')),
    assignee: narrow.assignee && (people.find(({ value }) => value === narrow.assignee)?.name ?? t('filter.unknown')),
    unread: narrow.unread ? t('filter.unread') : undefined,
  }
  return (
    <div
      role="group"
      aria-label={t('filter.name')}
      className="flex flex-wrap items-center gap-1 border-b border-line px-4 py-1.5"
    >
      <Menu
        align="start"
        trigger={
          <Button size="small" kind="ghost" className="-ms-2">
            <Icon as={ListFilter} size={14} />
            {t('filter.add')}
          </Button>
        }
      >
        <MenuTick on={narrow.unread ?? false} onChange={(on) => change({ unread: on ? true : undefined })}>
          {t('filter.unread')}
        </MenuTick>
        <MenuLine />
        <MenuChoice
          name={t('filter.assignee')}
          value={narrow.assignee ?? ''}
          options={people}
          onChange={(assignee) => change({ assignee })}
        />
        {labels.data && labels.data.length > 0 && (
          <>
            <MenuLine />
            <MenuChoice
              name={t('filter.label')}
              value={narrow.label ?? ''}
              options={labels.data.map(({ id, name }) => ({ value: id, name }))}
              onChange={(id) => change({ label: id })}
            />
          </>
        )}
      </Menu>
      {(Object.keys(names) as (keyof Narrow)[]).map((key) => {
        const name = names[key]
        return (
          name && (
            <Button
              key={key}
              size="small"
              aria-label={t('filter.remove', { name })}
              onClick={() => change({ [key]: undefined })}
              className="max-w-40"
            >
              {key === 'label' && label && <LabelDot colour={label.colour} />}
              <bdi className="truncate">{name}</bdi>
              <Icon as={X} size={12} />
            </Button>
          )
        )
      })}
    </div>
  )
}
