package conversation

import (
	"context"
	"fmt"
	"slices"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// SetLabels makes a conversation carry these labels and no others.
func (s *Service) SetLabels(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string, labelIDs []string) error {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return err
	}
	wanted := slices.Compact(slices.Sorted(slices.Values(labelIDs)))
	if len(wanted) > mostLabelsOn {
		return errs.InvalidField("labelIds", "A conversation can carry %d labels.", mostLabelsOn)
	}
	if err := touch(ctx, tx, a, conversationID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM conversation_labels WHERE tenant_id = $1 AND conversation_id = $2`,
		a.Tenant(), conversationID); err != nil {
		return fmt.Errorf("take labels off: %w", err)
	}
	for _, id := range wanted {
		if err := putOn(ctx, tx, a, conversationID, id); err != nil {
			return err
		}
	}
	return s.labelled(ctx, tx, a, conversationID, wanted)
}

// PutLabel puts one label on a conversation, beside those it carries.
func (s *Service) PutLabel(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, labelID string) error {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return err
	}
	if err := touch(ctx, tx, a, conversationID); err != nil {
		return err
	}
	on, err := LabelsOn(ctx, tx, a, []string{conversationID})
	if err != nil {
		return err
	}
	if len(on[conversationID]) >= mostLabelsOn {
		return errs.New(errs.Conflict, "A conversation can carry %d labels.", mostLabelsOn)
	}
	if err := putOn(ctx, tx, a, conversationID, labelID); err != nil {
		return err
	}
	return s.labelled(ctx, tx, a, conversationID, []string{labelID})
}

// TakeLabel takes one label off a conversation, if it carries it.
func (s *Service) TakeLabel(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, labelID string) error {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return err
	}
	if err := touch(ctx, tx, a, conversationID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM conversation_labels WHERE tenant_id = $1 AND label_id = $2 AND conversation_id = $3`,
		a.Tenant(), labelID, conversationID); err != nil {
		return fmt.Errorf("take label off: %w", err)
	}
	return s.labelled(ctx, tx, a, conversationID, nil)
}

// touch finds the conversation and holds its row, so that two who label it come one after the other, and whoever says
// something at the same moment sees that there are labels to keep in order.
func touch(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string) error {
	n, err := tx.Exec(ctx, `UPDATE conversations SET updated_at = $3, labelled = TRUE WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), conversationID, tx.Now())
	return db.One(n, err, "conversation")
}

// putOn reads the label in the statement that puts it on: another tenant's is not there.
func putOn(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, labelID string) error {
	n, err := tx.Exec(ctx, `INSERT INTO conversation_labels (tenant_id, label_id, conversation_id, status, last_at)
		SELECT l.tenant_id, l.id, c.id, c.status, c.last_at FROM labels l
		JOIN conversations c ON c.tenant_id = l.tenant_id AND c.id = $3 WHERE l.tenant_id = $1 AND l.id = $2
		ON CONFLICT (tenant_id, label_id, conversation_id) DO UPDATE SET conversation_id = excluded.conversation_id`,
		a.Tenant(), labelID, conversationID)
	if err == nil && n == 0 {
		return errs.InvalidField("labelIds", "One of the labels does not exist any more.")
	}
	return err
}

// sortLabels brings the labels of a conversation into the order of the list again, after its last word or its status has
// changed.
func sortLabels(tx *db.Tx, a actor.Actor, conversationID string) {
	tx.Later("sort labels", sortingLabels, a.Tenant(), conversationID)
}

const sortingLabels = `UPDATE conversation_labels SET status = c.status, last_at = c.last_at FROM conversations c
	WHERE c.tenant_id = $1 AND c.id = $2 AND conversation_labels.tenant_id = $1 AND conversation_labels.conversation_id = $2`

// labelled is no line of the thread: that would be more noise than news.
func (s *Service) labelled(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string, ids []string) error {
	s.changed(tx, conversationID)
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "conversation.labelled", TargetKind: "conversation", TargetID: conversationID, After: ids,
	})
}

// LabelsOn reads the labels of conversations, by name.
func LabelsOn(ctx context.Context, q db.Querier, a actor.Actor, conversationIDs []string) (map[string][]Label, error) {
	on := map[string][]Label{}
	if len(conversationIDs) == 0 {
		return on, nil
	}
	args := bound{a.Tenant()}
	rows, err := q.Query(ctx, `SELECT cl.conversation_id, l.id, l.name, l.colour FROM conversation_labels cl
		JOIN labels l ON l.tenant_id = cl.tenant_id AND l.id = cl.label_id
		WHERE cl.tenant_id = $1 AND cl.conversation_id IN (`+args.list(conversationIDs)+`) ORDER BY l.name_key`, args...)
	if err != nil {
		return nil, fmt.Errorf("read labels of conversations: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var l Label
		if err := rows.Scan(&id, &l.ID, &l.Name, &l.Colour); err != nil {
			return nil, fmt.Errorf("read label of a conversation: %w", err)
		}
		on[id] = append(on[id], l)
	}
	return on, rows.Err()
}
