import { Ellipsis, KeyRound, UserMinus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Member, Role } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay, useSession } from '../../api/use-session'
import { Avatar } from '../../ui/avatar'
import { ConfirmDialog } from '../../ui/confirm-dialog'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { Menu, MenuChoice, MenuItem, MenuLine } from '../../ui/menu'
import { Row } from '../../ui/rows'
import { Tag } from '../../ui/tag'
import { useToast } from '../../ui/use-toast'
import { LinkDialog } from './link-dialog'
import { useChangeRole, useRemoveMember, useResetLink } from './queries'
import { useRoles } from './use-roles'

/** A colleague, and what one may do about them. */
export function MemberRow({ member }: { member: Member }) {
  const { t } = useTranslation('team')
  const session = useSession()
  const may = useMay('members:write')
  const me = session?.user.id === member.id
  const outranked = member.role === 'owner' && session?.tenant.role !== 'owner'
  return (
    <Row>
      <Avatar name={member.name} me={me} />
      <div className="min-w-0 grow">
        <p className="truncate font-medium">
          <bdi>{member.name}</bdi>
        </p>
        <p className="truncate text-xs text-ink-3">
          <bdi dir="ltr">{member.email}</bdi>
        </p>
      </div>
      {me && <Tag kind="people">{t('you', { ns: 'common' })}</Tag>}
      <Tag>{t(`workspace.role.${member.role}`, { ns: 'common' })}</Tag>
      {may && !me && !outranked && <MemberMenu member={member} />}
    </Row>
  )
}

function MemberMenu({ member: { id, name, role } }: { member: Member }) {
  const { t } = useTranslation('team')
  const words = useProblemWords()
  const toast = useToast()
  const roles = useRoles()
  const changeRole = useChangeRole()
  const remove = useRemoveMember()
  const resetLink = useResetLink()
  const [removing, setRemoving] = useState(false)
  const failed = (error: unknown) => toast({ text: t('members.notChanged', { name, why: words(error) }), failed: true })

  const give = (next: Role) => {
    changeRole.mutate(
      { id, role: next },
      {
        onSuccess: () =>
          toast({
            text: t('members.changed', { name, role: t(`workspace.role.${next}`, { ns: 'common' }) }),
            undo: () => changeRole.mutate({ id, role }, { onError: failed }),
          }),
        onError: failed,
      },
    )
  }

  return (
    <>
      <Menu
        trigger={
          <IconButton name={t('members.more', { name })}>
            <Icon as={Ellipsis} size={16} />
          </IconButton>
        }
      >
        <MenuChoice<Role> name={t('role')} value={role} options={roles} onChange={give} />
        <MenuLine />
        <MenuItem onSelect={() => resetLink.mutate(id, { onError: failed })}>
          <Icon as={KeyRound} size={16} />
          {t('reset.do')}
        </MenuItem>
        <MenuItem danger onSelect={() => setRemoving(true)}>
          <Icon as={UserMinus} size={16} />
          {t('remove.do')}
        </MenuItem>
      </Menu>
      {resetLink.data && (
        <LinkDialog
          title={t('reset.title', { name })}
          about={t('reset.about')}
          link={resetLink.data.link}
          onClose={() => resetLink.reset()}
        />
      )}
      {removing && (
        <ConfirmDialog
          title={t('remove.title', { name })}
          about={t('remove.about')}
          action={t('remove.do')}
          onClose={() => setRemoving(false)}
          onDo={() =>
            remove.mutate(id, { onSuccess: () => toast({ text: t('remove.done', { name }) }), onError: failed })
          }
        />
      )}
    </>
  )
}
