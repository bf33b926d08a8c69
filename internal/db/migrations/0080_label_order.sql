-- +goose Up
-- A label knows the order of the list, so that those who carry it are read from the newest on, however old they are.
-- labelled says that a conversation has rows to keep in that order; it stays when the last label is taken off.
ALTER TABLE conversations ADD COLUMN labelled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE conversation_labels ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation_labels ADD COLUMN last_at BIGINT NOT NULL DEFAULT 0;

UPDATE conversations SET labelled = TRUE WHERE EXISTS (
    SELECT 1 FROM conversation_labels l WHERE l.tenant_id = conversations.tenant_id AND l.conversation_id = conversations.id);
UPDATE conversation_labels SET status = c.status, last_at = c.last_at FROM conversations c
    WHERE c.tenant_id = conversation_labels.tenant_id AND c.id = conversation_labels.conversation_id;

CREATE INDEX conversation_labels_newest ON conversation_labels (tenant_id, label_id, status, last_at, conversation_id);

-- +goose Down
SELECT 1;
