package whatsapp

import (
	"encoding/json"
	"time"
)

// Status is what became of a message the business sent. Statuses come late, twice, in any order, and before the
// answer to the request that sent the message; read may come without delivered.
type Status struct {
	ID              string // the wamid the send returned
	Status          string // sent, delivered, read, played, failed; an open set (old ones: deleted, warning)
	At              time.Time
	RecipientID     string // digits as Meta resolved them, or a group's id; "" when the number is hidden
	RecipientUserID string
	ParticipantID   string // who in the group; "" outside of groups
	Group           bool
	CallbackData    string // what the sender gave as Outgoing.CallbackData
	Errors          []Problem
	Pricing         json.RawMessage // as received: its values are still changing; nil when absent
}
