import type { components } from './schema'

// The names the pages use for what the API speaks of. schema.ts is generated; when a name changes there, it changes
// here and nowhere else.
type Schemas = components['schemas']

export type Session = Schemas['Session']
export type Conversation = Schemas['Conversation']
export type ConversationPage = Schemas['PageConversation']
export type Mode = Conversation['mode']
export type Message = Schemas['Message']
export type FileOf = Schemas['File']
export type MessagePage = Schemas['PageMessage']
export type Trace = Schemas['Trace']
export type Passage = Trace['passages'][number]
export type Document = Schemas['Document']
export type DocumentPage = Schemas['PageDocument']
export type Finding = Schemas['Finding']
export type Hit = Schemas['Hit']
export type PhoneThread = Schemas['PhoneThread']
export type PhoneMessage = Schemas['PhoneMessage']
export type Member = Schemas['Member']
export type Role = Member['role']
export type Invitation = Schemas['Invitation']
export type ApiKey = Schemas['APIKey']
export type Tenant = Schemas['Tenant']
export type TenantPatch = Schemas['TenantPatch']
export type OpeningHours = Schemas['OpeningHours']
