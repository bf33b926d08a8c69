package tenant

import "parley/internal/actor"

// Role is what a member may do in a tenant.
type Role string

// The roles.
const (
	Owner  Role = "owner"  // everything; only an owner makes owners
	Admin  Role = "admin"  // everything else
	Agent  Role = "agent"  // talks to customers
	Viewer Role = "viewer" // looks
)

// Permissions are what a role may do; of a role there is none of, nothing.
func Permissions(r Role) []actor.Permission {
	see := []actor.Permission{
		actor.ConversationsRead, actor.KnowledgeRead, actor.PromptsRead, actor.ChannelsRead, actor.MembersRead,
		actor.TenantRead, actor.ContactsRead, actor.ReportsRead,
	}
	switch r {
	case Owner, Admin:
		return append(see, actor.ConversationsReply, actor.ContactsWrite, actor.ContactsErase, actor.DemoUse, actor.KnowledgeWrite, actor.PromptsWrite,
			actor.ChannelsWrite, actor.MembersWrite, actor.KeysWrite, actor.TenantWrite, actor.AuditRead)
	case Agent:
		return append(see, actor.ConversationsReply, actor.ContactsWrite, actor.DemoUse)
	case Viewer:
		return see
	}
	return nil
}
