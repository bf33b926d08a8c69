import { UserRoundPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useMembers } from '../../api/use-members'
import { useKeys } from '../../lib/use-keys'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { Menu, MenuChoice } from '../../ui/menu'
import { useOrganise } from './use-organise'

type Props = { conversation: Conversation }

/** Gives a conversation to a colleague, or to nobody. */
export function AssignMenu({ conversation: c }: Props) {
  const { t } = useTranslation('inbox')
  const members = useMembers()
  const { assign } = useOrganise(c)
  const [open, setOpen] = useState(false)
  useKeys({ a: () => setOpen(true) })
  const people = (members.data ?? []).filter(({ role }) => role !== 'viewer')
  const name = c.assigneeName ? t('assign.to', { name: c.assigneeName }) : t('assign.name')
  return (
    <Menu
      open={open}
      onOpenChange={setOpen}
      trigger={
        <IconButton name={name} aria-keyshortcuts="a">
          <Icon as={UserRoundPlus} />
        </IconButton>
      }
    >
      <MenuChoice
        name={members.isError ? t('assign.failed') : t('assign.name')}
        value={c.assigneeId}
        options={[{ value: '', name: t('assign.nobody') }, ...people.map(({ id, name }) => ({ value: id, name }))]}
        onChange={(id) => assign(people.find((one) => one.id === id))}
      />
    </Menu>
  )
}
