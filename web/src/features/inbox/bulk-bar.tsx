import { AlarmClock, Check, MailOpen, Tag, UserRoundPlus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useLabels } from '../../api/use-labels'
import { useMembers } from '../../api/use-members'
import { dayAndTime, snoozeTimes } from '../../lib/snooze-times'
import { useNow } from '../../lib/use-now'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { LabelDot } from '../../ui/label-dot'
import { Menu, MenuItem, MenuTitle } from '../../ui/menu'
import { useBulk } from './use-bulk'

const moments = ['later', 'tomorrow', 'week'] as const

type Props = { conversations: Conversation[]; onClear: () => void }

/** What can be done to all that is selected. */
export function BulkBar({ conversations, onClear }: Props) {
  const { t, i18n } = useTranslation('inbox')
  const { run, busy } = useBulk(conversations, onClear)
  const labels = useLabels()
  const members = useMembers()
  const times = snoozeTimes(useNow())
  return (
    <div
      role="toolbar"
      aria-label={t('bulk.name')}
      aria-busy={busy}
      className="flex shrink-0 items-center gap-0.5 border-t border-line bg-raised px-2 py-1.5 shadow-high"
    >
      <span role="status" className="min-w-0 grow truncate ps-2 text-xs font-medium">
        {t('bulk.selected', { count: conversations.length })}
      </span>
      <IconButton name={t('act.close')} disabled={busy} onClick={() => run({ action: 'close' })}>
        <Icon as={Check} />
      </IconButton>
      <IconButton name={t('bulk.read')} disabled={busy} onClick={() => run({ action: 'read' })}>
        <Icon as={MailOpen} />
      </IconButton>
      <Menu
        side="top"
        trigger={
          <IconButton name={t('assign.name')} disabled={busy}>
            <Icon as={UserRoundPlus} />
          </IconButton>
        }
      >
        <MenuTitle>{t('assign.name')}</MenuTitle>
        <MenuItem onSelect={() => run({ action: 'assign', userId: '' })}>{t('assign.nobody')}</MenuItem>
        {members.data
          ?.filter(({ role }) => role !== 'viewer')
          .map(({ id, name }) => (
            <MenuItem key={id} onSelect={() => run({ action: 'assign', userId: id })}>
              <bdi>{name}</bdi>
            </MenuItem>
          ))}
      </Menu>
      <Menu
        side="top"
        trigger={
          <IconButton name={t('label.name')} disabled={busy}>
            <Icon as={Tag} />
          </IconButton>
        }
      >
        <MenuTitle>{labels.data?.length === 0 ? t('label.none') : t('label.name')}</MenuTitle>
        {labels.data?.map(({ id, name, colour }) => (
          <MenuItem key={id} onSelect={() => run({ action: 'label', labelId: id })}>
            <LabelDot colour={colour} />
            <bdi>{name}</bdi>
          </MenuItem>
        ))}
      </Menu>
      <Menu
        side="top"
        trigger={
          <IconButton name={t('snooze.name')} disabled={busy}>
            <Icon as={AlarmClock} />
          </IconButton>
        }
      >
        <MenuTitle>{t('snooze.until')}</MenuTitle>
        {moments.map((moment) => (
          <MenuItem
            key={moment}
            onSelect={() => run({ action: 'snooze', until: new Date(times[moment]).toISOString() })}
          >
            <span className="grow">{t(`snooze.${moment}`)}</span>
            <span className="text-2xs text-ink-3">{dayAndTime(times[moment], i18n.language)}</span>
          </MenuItem>
        ))}
      </Menu>
      <IconButton name={t('bulk.clear')} onClick={onClear}>
        <Icon as={X} />
      </IconButton>
    </div>
  )
}
