import { useNavigate, useParams } from '@tanstack/react-router'
import {
  ArchiveRestore,
  ArrowLeftRight,
  Bot,
  Check,
  FileText,
  Hand,
  Keyboard,
  LogOut,
  MessageSquare,
  MessageSquareText,
  MonitorCog,
  Moon,
  Sun,
  Tag,
  Undo2,
  UserRound,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Session } from '../../api/types'
import { useCanned } from '../../api/use-canned'
import { useLabels } from '../../api/use-labels'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay, useSession } from '../../api/use-session'
import { useSignOut } from '../../api/use-sign-out'
import { useSwitchTenant } from '../../api/use-switch-tenant'
import { useContacts } from '../../features/contacts/queries'
import { useConversations } from '../../features/inbox/list-query'
import { useAct, useConversation, type Act } from '../../features/inbox/queries'
import { useDocuments } from '../../features/knowledge/queries'
import { contactName, fullNumber } from '../../lib/contact-name'
import { drafts } from '../../lib/drafts'
import { fillIn } from '../../lib/fill-in'
import { useTheme } from '../../lib/theme'
import { useToast } from '../../ui/use-toast'
import { accountPlace, places } from '../places'
import { settingsSections } from '../settings-sections'
import { matching, type Command, type CommandGroup } from './command'

const most = 6 // of a kind that the server searches

type Options = { session: Session; typed: string; sought: string; onKeys: () => void }

/**
 * What the palette offers for what was typed: what can be done here, conversations and documents that have the words,
 * pages, and the rest. `sought` is `typed` a moment later, so that not every letter asks the server.
 */
export function useCommands({ session, typed, sought, onKeys }: Options): CommandGroup[] {
  const { t } = useTranslation('palette')
  const here = useConversationCommands()
  const groups: CommandGroup[] = [
    { name: t('group.here'), commands: matching(here, typed) },
    { name: t('group.canned'), commands: matching(useCannedReplies(), typed).slice(0, typed ? most : 0) },
    { name: t('group.conversations'), commands: useConversationsFound(sought) },
    { name: t('group.contacts'), commands: useContactsFound(sought) },
    { name: t('group.labels'), commands: matching(useLabelFilters(), typed).slice(0, typed ? most : 0) },
    { name: t('group.knowledge'), commands: matching(useDocumentsFound(), typed).slice(0, typed ? most : 0) },
    { name: t('group.goTo'), commands: matching(usePages(), typed) },
    { name: t('group.more'), commands: matching(useSettings(session, onKeys), typed) },
  ]
  return groups.filter(({ commands }) => commands.length > 0)
}

function useConversationCommands(): Command[] {
  const id = useParams({ strict: false, select: (params) => params.conversationId })
  const may = useMay('conversations:reply')
  const commands = useActsOn(id ?? '')
  return id !== undefined && may ? commands : []
}

function useActsOn(id: string): Command[] {
  const { t } = useTranslation('palette')
  const words = useProblemWords()
  const toast = useToast()
  const conversation = useConversation(id, id !== '').data
  const act = useAct(id)
  const does = (what: Act) => () =>
    act.mutate(what, { onError: (error) => toast({ text: words(error), failed: true }) })
  if (!conversation) return []
  const human = conversation.handler === 'human'
  const closed = conversation.status === 'closed'
  const all: Command[] = [
    human
      ? { id: 'handback', name: t('act.handback'), icon: Undo2, keys: ['T'], run: does('handback') }
      : { id: 'takeover', name: t('act.takeover'), icon: Hand, keys: ['T'], run: does('takeover') },
    closed
      ? { id: 'reopen', name: t('act.reopen'), icon: ArchiveRestore, keys: ['E'], run: does('reopen') }
      : { id: 'close', name: t('act.close'), icon: Check, keys: ['E'], run: does('close') },
  ]
  for (const mode of ['auto', 'suggest', 'off'] as const) {
    if (mode !== conversation.mode) all.push({ id: mode, name: t(`act.${mode}`), icon: Bot, run: does(mode) })
  }
  return all
}

function useConversationsFound(sought: string): Command[] {
  const { t } = useTranslation('palette')
  const navigate = useNavigate()
  const found = useConversations({ view: 'all', q: sought }).data ?? []
  return found.slice(0, most).map((one) => ({
    id: one.id,
    name: contactName(one.contact) || t('unknown'),
    detail: one.found?.text ?? one.lastMessage.text,
    icon: MessageSquare,
    run: () =>
      navigate({
        to: '/inbox/$conversationId',
        params: { conversationId: one.id },
        search: {
          view: one.status === 'closed' ? 'closed' : 'all',
          ...(one.found && { at: one.found.seq }),
        },
      }),
  }))
}

function useContactsFound(sought: string): Command[] {
  const { t } = useTranslation('palette')
  const navigate = useNavigate()
  const may = useMay('contacts:read')
  const found = useContacts('activity', sought, sought !== '' && may).data ?? []
  return (sought === '' ? [] : found).slice(0, most).map((one) => ({
    id: one.id,
    name: contactName(one) || t('unknown'),
    detail: fullNumber(one.phone),
    icon: UserRound,
    run: () => navigate({ to: '/contacts/$contactId', params: { contactId: one.id } }),
  }))
}

/** The replies one keeps; each is put behind what is written in the conversation that is open. */
function useCannedReplies(): Command[] {
  const { t } = useTranslation('palette')
  const id = useParams({ strict: false, select: (params) => params.conversationId })
  const may = useMay('conversations:reply')
  const session = useSession()
  const replies = useCanned().data ?? []
  const contact = useConversation(id ?? '', id !== undefined).data?.contact
  if (id === undefined || !may) return []
  return replies.map(({ id: reply, title, shortcut, text }) => ({
    id: reply,
    name: title,
    detail: `/${shortcut}`,
    icon: MessageSquareText,
    run: () => {
      const filled = fillIn(text, {
        'contact.name': contact?.name ?? t('unknown'),
        'agent.name': session?.user.name ?? '',
        'business.name': session?.tenant.name ?? '',
      })
      drafts.write(id, [drafts.read(id), filled].filter(Boolean).join('\n'))
    },
  }))
}

function useLabelFilters(): Command[] {
  const navigate = useNavigate()
  const labels = useLabels().data ?? []
  return labels.map(({ id, name }) => ({
    id,
    name,
    icon: Tag,
    run: () => navigate({ to: '/inbox', search: { label: id } }),
  }))
}

function useDocumentsFound(): Command[] {
  const navigate = useNavigate()
  const documents = useDocuments().data ?? []
  return documents.map((one) => ({
    id: one.id,
    name: one.title,
    icon: FileText,
    run: () => navigate({ to: '/knowledge', search: { document: one.id } }),
  }))
}

function usePages(): Command[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const session = useSession()
  const sections = settingsSections.filter(
    ({ permission }) => permission === undefined || session?.permissions.includes(permission),
  )
  return [
    ...[...places, accountPlace].map(({ to, name, icon, key }) => ({
      id: to,
      name: t(`place.${name}`),
      icon,
      ...(key && { keys: ['G', key.toUpperCase()] }),
      run: () => navigate({ to }),
    })),
    ...sections.map(({ to, name, icon }) => ({
      id: to,
      name: t(`settings.${name}`),
      detail: t('place.settings'),
      icon,
      run: () => navigate({ to }),
    })),
  ]
}

function useSettings(session: Session, onKeys: () => void): Command[] {
  const { t } = useTranslation('palette')
  const [, setTheme] = useTheme()
  const signOut = useSignOut()
  const { go } = useSwitchTenant()
  const others = session.tenants.filter(({ id }) => id !== session.tenant.id)
  return [
    { id: 'keys', name: t('more.keys'), icon: Keyboard, keys: ['?'], run: onKeys },
    { id: 'light', name: t('more.light'), icon: Sun, run: () => setTheme('light') },
    { id: 'dark', name: t('more.dark'), icon: Moon, run: () => setTheme('dark') },
    { id: 'system', name: t('more.system'), icon: MonitorCog, run: () => setTheme('system') },
    ...others.map(({ id, name }) => ({
      id,
      name: t('more.workspace', { name }),
      icon: ArrowLeftRight,
      run: () => go(id),
    })),
    { id: 'sign-out', name: t('more.signOut'), icon: LogOut, run: () => void signOut() },
  ]
}
