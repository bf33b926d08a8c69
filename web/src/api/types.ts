import type { components } from './schema'

// The names the pages use for what the API speaks of. schema.ts is generated; when a name changes there, it changes
// here and nowhere else.
type Schemas = components['schemas']

export type Session = Schemas['Session']
export type Conversation = Schemas['Conversation']
export type ConversationPage = Schemas['PageConversation']
export type Label = Schemas['Label']
export type LabelOn = Schemas['LabelBrief']
export type Colour = LabelOn['colour']
export type Bulk = Schemas['BulkActionBody']
export type Member = Schemas['MemberBrief']
export type CannedReply = Schemas['CannedReply']
export type CannedText = Schemas['CannedText']
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
