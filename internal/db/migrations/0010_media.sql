-- +goose Up
-- The file of a message. state: wanted (a job is to copy it from Meta), here (sealed under blob), failed (failure says
-- why, by name). external_id is Meta's id of it: where to fetch it, or what an upload was given until uploaded_at + 30 days.
CREATE TABLE media (
    tenant_id   TEXT   NOT NULL,
    message_id  TEXT   NOT NULL,
    external_id TEXT   NOT NULL DEFAULT '',
    state       TEXT   NOT NULL,
    failure     TEXT   NOT NULL DEFAULT '',
    attempts    BIGINT NOT NULL DEFAULT 0,
    blob        TEXT   NOT NULL DEFAULT '',
    mime        TEXT   NOT NULL DEFAULT '',
    filename    TEXT   NOT NULL DEFAULT '',
    size_bytes  BIGINT NOT NULL DEFAULT 0,
    sha256      TEXT   NOT NULL DEFAULT '',
    uploaded_at BIGINT,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, message_id),
    FOREIGN KEY (tenant_id, message_id) REFERENCES messages (tenant_id, id)
);

-- What is said about a message is found by it: reactions, new wordings, deletions.
CREATE INDEX messages_about ON messages (tenant_id, channel_id, reply_to) WHERE kind IN ('reaction', 'edit', 'revoke');

-- What Meta tells the owner about the account, its numbers and templates. fingerprint tells a repetition.
CREATE TABLE channel_events (
    tenant_id   TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id          TEXT   NOT NULL,
    channel_id  TEXT   NOT NULL,
    account_id  TEXT   NOT NULL,
    field       TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    severity    TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    detail      TEXT   NOT NULL,
    data        TEXT   NOT NULL,
    fingerprint TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, fingerprint)
);

-- An account's webhooks name the account and no number: it leads to the tenants that have numbers of it.
ALTER TABLE channel_numbers ADD COLUMN account_id TEXT NOT NULL DEFAULT '';
UPDATE channel_numbers SET account_id = coalesce((SELECT c.account_id FROM channels c
    WHERE c.tenant_id = channel_numbers.tenant_id AND c.id = channel_numbers.channel_id), '');
CREATE INDEX channel_numbers_of_account ON channel_numbers (account_id) WHERE account_id <> '';

-- +goose Down
SELECT 1;
