-- +goose Up
-- Whose data was asked to be erased: where its job stands, and the proof that it was done. Nothing of the person stands
-- here but the id they had; known_sealed is how they were known, sealed, and empty when all is done. id is also that of the
-- nameless contact which what is still counted belongs to.
CREATE TABLE erasures (
    tenant_id    TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id           TEXT   NOT NULL,
    contact_id   TEXT   NOT NULL,
    asked_by     TEXT   NOT NULL,
    known_sealed TEXT   NOT NULL,
    messages     BIGINT NOT NULL,
    asked_at     BIGINT NOT NULL,
    done_at      BIGINT,
    PRIMARY KEY (tenant_id, id)
);

-- Counts the erasures of a tenant: who read messages to index them before the last one reads them again.
ALTER TABLE message_index_marks ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;

-- Whether a file in the folder still belongs to a message.
CREATE INDEX media_of_blob ON media (tenant_id, blob) WHERE blob <> '';

-- When people were written to because a hand-off waited; older than the hand-off it is about another.
ALTER TABLE conversations ADD COLUMN mailed_at BIGINT;

-- +goose Down
SELECT 1;
