-- +goose Up
-- sort_name is the name as lists sort it: folded, the username or the number when there is no name. Bytes, so that both
-- databases have one order.
ALTER TABLE contacts ADD COLUMN sort_name TEXT /*BYTES*/ NOT NULL DEFAULT '';
-- A name that a person of the business chose is not replaced by the one WhatsApp tells.
ALTER TABLE contacts ADD COLUMN name_chosen BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE contacts SET sort_name = lower(CASE WHEN name <> '' THEN name WHEN username <> '' THEN username ELSE phone END);
CREATE INDEX contacts_by_name ON contacts (tenant_id, sort_name, id) WHERE merged_into = '';
CREATE INDEX consents_of_contact ON consents (tenant_id, contact_id);

-- What reports read. The first holds all that counting messages needs, so that the table itself is not read.
CREATE INDEX messages_at ON messages (tenant_id, created_at, sender, kind);
CREATE INDEX messages_handed_off ON messages (tenant_id, created_at, conversation_id) WHERE kind = 'event' AND body = 'handed_off';
CREATE INDEX episodes_opened ON episodes (tenant_id, opened_at, conversation_id, number);
CREATE INDEX episodes_closed ON episodes (tenant_id, closed_at, conversation_id, number) WHERE closed_at IS NOT NULL;

-- +goose Down
SELECT 1;
