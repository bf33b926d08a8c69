import { Link } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Channel } from '../../api/types'
import { useMay } from '../../api/use-session'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { Menu, MenuItem, MenuLine } from '../../ui/menu'
import { Row } from '../../ui/rows'
import { Tag } from '../../ui/tag'
import { TimeAgo } from '../../ui/time-ago'
import { CheckDialog, DisconnectDialog, RenameDialog, TokenDialog, WebhookDialog } from './number-dialogs'
import { useCheck } from './queries'

const dialogs = { webhook: WebhookDialog, rename: RenameDialog, token: TokenDialog, disconnect: DisconnectDialog }

/** One number: how it is, and what can be done with it. */
export function NumberRow({ channel }: { channel: Channel }) {
  const { t } = useTranslation('numbers')
  const may = useMay('channels:write')
  const check = useCheck()
  const [checking, setChecking] = useState(false)
  const [open, setOpen] = useState<keyof typeof dialogs>()
  const Opened = open && dialogs[open]
  const real = channel.kind === 'whatsapp'
  return (
    <Row>
      <div className="min-w-0 grow basis-60">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <bdi className="wrap-anywhere">{channel.name}</bdi>
          <State channel={channel} />
          {channel.quality !== '' && <Quality word={channel.quality} />}
        </p>
        <p className="text-xs text-ink-2">
          {real ? <bdi dir="ltr">{channel.displayPhone || channel.phoneNumberId}</bdi> : t('list.phone')}
          {channel.messagingLimit !== '' && <> · {t('list.limit', { limit: limitOf(channel.messagingLimit) })}</>}
        </p>
        {real && (
          <p className="text-xs text-ink-3">
            {channel.heardAt ? t('list.heard') : t('list.neverHeard')}{' '}
            {channel.heardAt && <TimeAgo at={channel.heardAt} />}
          </p>
        )}
        {channel.lastError !== '' && channel.state === 'broken' && (
          <p className="text-xs text-danger-text">{channel.lastError}</p>
        )}
      </div>
      <Link
        to="/settings/templates"
        search={{ channel: channel.id }}
        className="touch-around text-sm font-medium text-accent-text hover:underline"
      >
        {t('list.templates')}
      </Link>
      {may && real && (
        <>
          <Button
            size="small"
            onClick={() => {
              setChecking(true)
              check.mutate(channel.id)
            }}
          >
            {t('check.do')}
          </Button>
          <Menu
            trigger={
              <IconButton name={t('list.more', { name: channel.name })}>
                <Icon as={Ellipsis} size={16} />
              </IconButton>
            }
          >
            <MenuItem onSelect={() => setOpen('webhook')}>{t('webhook.title')}</MenuItem>
            <MenuItem onSelect={() => setOpen('rename')}>{t('rename.title')}</MenuItem>
            <MenuItem onSelect={() => setOpen('token')}>{t('token.open')}</MenuItem>
            <MenuLine />
            <MenuItem danger onSelect={() => setOpen('disconnect')}>
              {t('disconnect.do')}
            </MenuItem>
          </Menu>
        </>
      )}
      {checking && <CheckDialog check={check} channel={channel} onClose={() => setChecking(false)} />}
      {Opened && <Opened channel={channel} onClose={() => setOpen(undefined)} />}
    </Row>
  )
}

function State({ channel }: { channel: Channel }) {
  const { t } = useTranslation('numbers')
  const kind = channel.state === 'active' ? 'good' : channel.state === 'broken' ? 'danger' : 'warn'
  return <Tag kind={kind}>{t(`state.${channel.state}`)}</Tag>
}

const qualities = { GREEN: 'good', YELLOW: 'warn', RED: 'danger' } as const

function Quality({ word }: { word: string }) {
  const { t } = useTranslation('numbers')
  if (!(word in qualities)) return null
  const known = word as keyof typeof qualities
  return <Tag kind={qualities[known]}>{t(`quality.${known}`)}</Tag>
}

// TIER_2K is how Meta says 2K.
const limitOf = (word: string) =>
  word
    .replace(/^TIER_/, '')
    .replaceAll('_', ' ')
    .toLowerCase()
    .replace('k', 'K')
