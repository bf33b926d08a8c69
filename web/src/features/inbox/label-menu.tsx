import { Link } from '@tanstack/react-router'
import { Tag } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useLabels } from '../../api/use-labels'
import { useKeys } from '../../lib/use-keys'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { LabelDot } from '../../ui/label-dot'
import { Menu, MenuLine, MenuLink, MenuTick, MenuTitle } from '../../ui/menu'
import { useOrganise } from './use-organise'

type Props = { conversation: Conversation }

/** Says which labels a conversation carries. */
export function LabelMenu({ conversation: c }: Props) {
  const { t } = useTranslation('inbox')
  const labels = useLabels()
  const { label } = useOrganise(c)
  const [open, setOpen] = useState(false)
  useKeys({ l: () => setOpen(true) })
  const put = (id: string, on: boolean) =>
    label((labels.data ?? []).filter((one) => (one.id === id ? on : c.labels.some((carried) => carried.id === one.id))))
  return (
    <Menu
      open={open}
      onOpenChange={setOpen}
      trigger={
        <IconButton name={t('label.name')} aria-keyshortcuts="l">
          <Icon as={Tag} />
        </IconButton>
      }
    >
      <MenuTitle>{labels.data?.length === 0 ? t('label.none') : t('label.name')}</MenuTitle>
      {labels.data?.map((one) => (
        <MenuTick
          key={one.id}
          on={c.labels.some((carried) => carried.id === one.id)}
          onChange={(on) => put(one.id, on)}
        >
          <LabelDot colour={one.colour} />
          <bdi className="truncate">{one.name}</bdi>
        </MenuTick>
      ))}
      <MenuLine />
      <MenuLink>
        <Link to="/settings/labels">{t('label.manage')}</Link>
      </MenuLink>
    </Menu>
  )
}
