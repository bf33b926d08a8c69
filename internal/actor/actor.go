// Package actor says who does something, and in which tenant. Every verb takes an Actor; it is made in very few
// places: the session check, the job and lease workers, the look-up of a channel. It knows no database.
package actor

import "parley/internal/errs"

// Kind is what sort of actor it is, as the audit log shows it.
type Kind string

// The kinds of actor.
const (
	User    Kind = "user"    // a person, a member of the tenant
	AI      Kind = "ai"      // the assistant
	Channel Kind = "channel" // a webhook of one of the tenant's channels
	Key     Kind = "key"     // a program, with a key that a member made
	System  Kind = "system"  // a worker, the watchdog, set-up
)

// Permission is one thing that may be done, as "what:how".
type Permission string

// The permissions there are. tenant.Roles says who has which.
const (
	ConversationsRead  Permission = "conversations:read"
	ConversationsReply Permission = "conversations:reply" // reply, take over, hand back, mode, note, close
	ContactsRead       Permission = "contacts:read"
	ContactsWrite      Permission = "contacts:write" // change, import, merge, write consents down
	ContactsErase      Permission = "contacts:erase" // take a person out of everything, for good
	ReportsRead        Permission = "reports:read"
	KnowledgeRead      Permission = "knowledge:read"
	KnowledgeWrite     Permission = "knowledge:write"
	PromptsRead        Permission = "prompts:read"
	PromptsWrite       Permission = "prompts:write"
	ChannelsRead       Permission = "channels:read"
	ChannelsWrite      Permission = "channels:write"
	MembersRead        Permission = "members:read"
	MembersWrite       Permission = "members:write"
	TenantRead         Permission = "tenant:read"
	TenantWrite        Permission = "tenant:write"
	KeysWrite          Permission = "keys:write"
	AuditRead          Permission = "audit:read"
	DemoUse            Permission = "demo:use" // write as a customer from the built-in phone
	Self               Permission = "self"     // one's own account; every signed-in user has it
)

// Actor is who does something. The zero Actor is nobody, in no tenant.
type Actor struct {
	kind    Kind
	id      string
	tenant  string
	address string
	may     map[Permission]bool
}

// ForUser is a signed-in person acting in a tenant (which may be "" for what concerns only oneself), from an
// address (an IP without port), with the permissions of the person's role there.
func ForUser(tenantID, userID, address string, may []Permission) Actor {
	set := map[Permission]bool{Self: true}
	for _, p := range may {
		set[p] = true
	}
	return Actor{kind: User, id: userID, tenant: tenantID, address: address, may: set}
}

// ForKey is a program that uses the API with one of the tenant's keys, from an address, with what the key allows. It is
// nobody: it has no account and no Self.
func ForKey(tenantID, keyID, address string, may []Permission) Actor {
	set := make(map[Permission]bool, len(may))
	for _, p := range may {
		set[p] = true
	}
	return Actor{kind: Key, id: keyID, tenant: tenantID, address: address, may: set}
}

// ForAI is the assistant of a tenant.
func ForAI(tenantID string) Actor { return Actor{kind: AI, id: "ai", tenant: tenantID} }

// ForChannel is what arrives through one of a tenant's channels.
func ForChannel(tenantID, channelID string) Actor {
	return Actor{kind: Channel, id: channelID, tenant: tenantID}
}

// ForSystem is the program itself at work for a tenant; with "" it reaches directory tables only.
func ForSystem(tenantID string) Actor { return Actor{kind: System, id: "system", tenant: tenantID} }

// Tenant is the tenant acted in, "" for none.
func (a Actor) Tenant() string { return a.tenant }

// Kind is what sort of actor it is.
func (a Actor) Kind() Kind { return a.kind }

// ID is the user's id, the key's or the channel's id, or the name of the part of the program.
func (a Actor) ID() string { return a.id }

// UserID is the acting user's id, "" when it is not a user.
func (a Actor) UserID() string {
	if a.kind == User {
		return a.id
	}
	return ""
}

// Address is where a request came from, "" for workers.
func (a Actor) Address() string { return a.address }

// Can reports whether the actor may do something. What the program does by itself was allowed when it was set up.
func (a Actor) Can(p Permission) bool { return a.kind == System || a.may[p] }

// Require is nil when the actor may do p, and a Forbidden error otherwise.
func (a Actor) Require(p Permission) error {
	if a.Can(p) {
		return nil
	}
	if a.kind == Key {
		return errs.New(errs.Forbidden, "This API key does not allow this (%s).", p)
	}
	return errs.New(errs.Forbidden, "Your role does not allow this (%s). Ask an owner or admin of the workspace.", p)
}
