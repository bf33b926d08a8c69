import { Link } from '@tanstack/react-router'
import { ArchiveRestore, Check, ChevronLeft, PanelRight, Smartphone } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useMay } from '../../api/use-session'
import { useKeys } from '../../lib/use-keys'
import { Avatar } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { Kbd } from '../../ui/kbd'
import { AssignMenu } from './assign-menu'
import { contactName, fullNumber } from './contact-name'
import { LabelMenu } from './label-menu'
import { ModeMenu } from './mode-menu'
import { SnoozeMenu } from './snooze-menu'
import { useClose } from './use-close'
import { useInbox } from './use-inbox'
import { WhoIsHere } from './who-is-here'

type Props = { conversation: Conversation }

/** The top of a thread: who it is, whether the AI may act, and what can be done; on a phone that is a line of its own. */
export function ThreadHeader({ conversation: c }: Props) {
  const { t } = useTranslation('inbox')
  const { phone, contact, change } = useInbox()
  const mayContact = useMay('contacts:read')
  const may = useMay('conversations:reply')
  const mayPhone = useMay('demo:use')
  const { toggle, closed } = useClose(c)
  useKeys({ e: () => may && toggle() })
  const name = contactName(c.contact) || t('contact.unknown')
  const number = fullNumber(c.contact.phone)
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line bg-surface ps-6 pe-3 max-md:h-auto max-md:flex-wrap max-md:px-1 max-md:pt-1.5">
      <Link
        to="/inbox"
        search={({ why: _, ...rest }) => rest}
        aria-label={t('thread.back')}
        className="grid size-8 touch place-items-center rounded-control text-ink-2 md:hidden"
      >
        <Icon as={ChevronLeft} className="flip" />
      </Link>
      <Avatar name={c.contact.name || c.contact.username} />
      <div className="min-w-0 grow basis-0 ps-1">
        <h2 className="truncate text-md font-semibold">
          <bdi>{name}</bdi>
        </h2>
        <p className="flex min-w-0 gap-3 text-xs text-ink-3">
          <span className="min-w-0 shrink-99 truncate max-sm:[&:has(+:not(:empty))]:hidden">
            {number && number !== name && (
              <>
                <bdi dir="ltr">{number}</bdi> ·{' '}
              </>
            )}
            {t(`channel.${c.channelKind}`)}
          </span>
          <WhoIsHere conversationId={c.id} />
        </p>
      </div>
      <ModeMenu conversation={c} />
      <div className="flex items-center gap-2 max-md:w-full max-md:justify-around max-md:border-t max-md:border-line">
        {may && <LabelMenu conversation={c} />}
        {may && !closed && <AssignMenu conversation={c} />}
        {may && !closed && <SnoozeMenu conversation={c} />}
        {may && (
          <Button size="small" onClick={toggle} aria-keyshortcuts="e" className="max-md:hidden">
            <Icon as={closed ? ArchiveRestore : Check} size={16} />
            {closed ? t('act.reopen') : t('act.close')}
            <Kbd>E</Kbd>
          </Button>
        )}
        {may && (
          <IconButton name={closed ? t('act.reopen') : t('act.close')} onClick={toggle} className="md:hidden">
            <Icon as={closed ? ArchiveRestore : Check} />
          </IconButton>
        )}
        {mayContact && (
          <IconButton
            name={t('panel.toggle')}
            aria-pressed={contact}
            onClick={() => change({ contact: contact ? undefined : true, why: undefined, phone: undefined })}
            className="aria-pressed:bg-selected aria-pressed:text-accent-text"
          >
            <Icon as={PanelRight} className="flip" />
          </IconButton>
        )}
        {mayPhone && (
          <IconButton
            name={t('thread.phone')}
            aria-pressed={phone}
            onClick={() => change({ phone: phone ? undefined : true, why: undefined, contact: undefined })}
            className="aria-pressed:bg-selected aria-pressed:text-accent-text max-lg:hidden"
          >
            <Icon as={Smartphone} />
          </IconButton>
        )}
      </div>
    </header>
  )
}
