import {
  Building2,
  Clock,
  KeyRound,
  LayoutTemplate,
  Megaphone,
  MessageSquareText,
  MonitorSmartphone,
  Smartphone,
  Tags,
  Users,
  type LucideIcon,
} from 'lucide-react'

/** A page of the settings, and what one must be allowed to be shown it; left out where everybody is. */
export type SettingsSection = {
  to: `/settings/${'business' | 'hours' | 'numbers' | 'templates' | 'labels' | 'canned-replies' | 'team' | 'keys' | 'sessions' | 'notices'}`
  name: 'business' | 'hours' | 'numbers' | 'templates' | 'labels' | 'canned' | 'team' | 'keys' | 'sessions' | 'notices'
  icon: LucideIcon
  permission?: string
}

/** The pages of the settings, in their order. */
export const settingsSections: readonly SettingsSection[] = [
  { to: '/settings/business', name: 'business', icon: Building2, permission: 'tenant:read' },
  { to: '/settings/hours', name: 'hours', icon: Clock, permission: 'tenant:read' },
  { to: '/settings/numbers', name: 'numbers', icon: Smartphone, permission: 'channels:read' },
  { to: '/settings/templates', name: 'templates', icon: LayoutTemplate, permission: 'channels:read' },
  { to: '/settings/labels', name: 'labels', icon: Tags, permission: 'conversations:read' },
  { to: '/settings/canned-replies', name: 'canned', icon: MessageSquareText, permission: 'conversations:read' },
  { to: '/settings/team', name: 'team', icon: Users, permission: 'members:read' },
  { to: '/settings/notices', name: 'notices', icon: Megaphone, permission: 'channels:read' },
  { to: '/settings/keys', name: 'keys', icon: KeyRound, permission: 'keys:write' },
  { to: '/settings/sessions', name: 'sessions', icon: MonitorSmartphone },
]
