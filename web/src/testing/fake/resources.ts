import { auth, keys, me, sessions, tenant } from './account.ts'
import type { Resource } from './asked.ts'
import { channels, erasures } from './channels.ts'
import { contacts } from './contacts.ts'
import { conversations } from './conversations.ts'
import { documents, knowledge } from './knowledge.ts'
import { cannedReplies, labels } from './labels.ts'
import { messages } from './messages.ts'
import { demo } from './phone.ts'
import { reports } from './reports.ts'
import { invitations, members, team } from './team.ts'

const csv: Resource = () => new Response('\uFEFFphone\n', { headers: { 'Content-Type': 'text/csv' } })

/** Who answers for each collection of the API. */
export const resources: Partial<Record<string, Resource>> = {
  auth,
  'canned-replies': cannedReplies,
  channels,
  contacts,
  'contacts.csv': csv,
  conversations,
  demo,
  documents,
  erasures,
  invitations,
  keys,
  knowledge,
  labels,
  me,
  members,
  messages,
  reports,
  'reports.csv': csv,
  sessions,
  team,
  tenant,
}
