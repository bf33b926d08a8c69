-- +goose Up
-- A one-time link may concern one thing of one tenant: an invitation.
ALTER TABLE one_time_tokens ADD COLUMN tenant_id TEXT NOT NULL DEFAULT '';
ALTER TABLE one_time_tokens ADD COLUMN target_id TEXT NOT NULL DEFAULT '';
CREATE INDEX one_time_tokens_of_user ON one_time_tokens (user_id) WHERE user_id <> '';
CREATE INDEX one_time_tokens_of_target ON one_time_tokens (target_id) WHERE target_id <> '';

-- What a session was opened with, in a few words, sealed: "Firefox on Linux".
ALTER TABLE sessions ADD COLUMN agent_sealed TEXT NOT NULL DEFAULT '';

-- Who is asked to join. The link's hash stands in one_time_tokens.
CREATE TABLE invitations (
    tenant_id   TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id          TEXT   NOT NULL,
    email       TEXT   NOT NULL,
    role        TEXT   NOT NULL,
    invited_by  TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at  BIGINT,
    PRIMARY KEY (tenant_id, id)
);

-- directory: letters that are to be mailed, sealed whole. One goes to an address before it is known whose that is.
CREATE TABLE letters (
    id         TEXT   NOT NULL PRIMARY KEY,
    sealed     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Keys of programs that use the API. scopes are permissions with spaces between; prefix is the beginning by which
-- people know a key again. The hash stands in api_key_hashes.
CREATE TABLE api_keys (
    tenant_id    TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    prefix       TEXT   NOT NULL,
    scopes       TEXT   NOT NULL,
    made_by      TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at   BIGINT,
    revoked_at   BIGINT,
    PRIMARY KEY (tenant_id, id)
);

-- directory: finds a key by the hash of it.
CREATE TABLE api_key_hashes (
    key_hash  TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    key_id    TEXT NOT NULL,
    FOREIGN KEY (tenant_id, key_id) REFERENCES api_keys (tenant_id, id)
);

-- +goose Down
SELECT 1;
