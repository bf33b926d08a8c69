-- +goose Up
-- One text for SQLite and PostgreSQL. Instants are microseconds since 1970 UTC; JSON is TEXT and read in Go.
-- Every tenant table starts its primary key and its foreign keys with tenant_id; on PostgreSQL, db/security.go
-- puts the policy tenant_isolation on each of them. Tables marked "directory" hold ids, hashes, sealed bytes and
-- times only: they are read before a tenant is known. Tables marked "lease" are claimed across tenants.
-- /*ROWLESS*/ becomes WITHOUT ROWID on SQLite: small rows that are found by their key alone.
-- /*BYTES*/ becomes COLLATE "C" on PostgreSQL: words that are looked up by their beginning, whatever the language of
-- the database. SQLite compares bytes anyway.

-- Engines ------------------------------------------------------------------------------------------------------

-- directory: facts about this installation, such as the key check value.
CREATE TABLE installation (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- lease: one row a process; its heartbeat is the lease of everything it has claimed.
CREATE TABLE processes (
    id          TEXT   NOT NULL PRIMARY KEY,
    started_at  BIGINT NOT NULL,
    alive_until BIGINT NOT NULL
);

-- Tenants and people -------------------------------------------------------------------------------------------

CREATE TABLE tenants (
    tenant_id  TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    about      TEXT   NOT NULL DEFAULT '',
    locale     TEXT   NOT NULL DEFAULT 'en',
    time_zone  TEXT   NOT NULL DEFAULT 'UTC',
    hours      TEXT   NOT NULL DEFAULT '[]',
    tier       TEXT   NOT NULL DEFAULT 'self_hosted',
    settings   TEXT   NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- directory: which tenant answers under which host name (subdomain or custom domain).
CREATE TABLE tenant_hosts (
    host      TEXT NOT NULL PRIMARY KEY,
    kind      TEXT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenants (tenant_id)
);

-- A user may be a member of several tenants. Its policy: oneself, and the members of the current tenant.
CREATE TABLE users (
    id                   TEXT    NOT NULL PRIMARY KEY,
    email                TEXT    NOT NULL,
    name                 TEXT    NOT NULL,
    password_hash        TEXT    NOT NULL,
    must_change_password BOOLEAN NOT NULL DEFAULT FALSE,
    locale               TEXT    NOT NULL DEFAULT '',
    created_at           BIGINT  NOT NULL,
    updated_at           BIGINT  NOT NULL
);

-- directory: a keyed hash of the folded address.
CREATE TABLE user_emails (
    email_hash TEXT NOT NULL PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id)
);

CREATE TABLE members (
    tenant_id  TEXT   NOT NULL REFERENCES tenants (tenant_id),
    user_id    TEXT   NOT NULL REFERENCES users (id),
    role       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);

-- directory: the tenants of a user.
CREATE TABLE memberships (
    user_id   TEXT NOT NULL REFERENCES users (id),
    tenant_id TEXT NOT NULL REFERENCES tenants (tenant_id),
    PRIMARY KEY (user_id, tenant_id)
);

-- directory: one row a sign-in (a family of refresh tokens), hashes only.
-- address_hash is where it began: from there its user may sign in, whatever strangers try elsewhere.
CREATE TABLE sessions (
    id            TEXT   NOT NULL PRIMARY KEY,
    user_id       TEXT   NOT NULL REFERENCES users (id),
    tenant_id     TEXT   NOT NULL,
    token_hash    TEXT   NOT NULL,
    previous_hash TEXT   NOT NULL DEFAULT '',
    address_hash  TEXT   NOT NULL DEFAULT '',
    rotated_at    BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    revoked_at    BIGINT
);
CREATE INDEX sessions_of_user ON sessions (user_id);

-- directory: one-time links (first set-up, later reset and invitation), hashes only.
CREATE TABLE one_time_tokens (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    purpose    TEXT   NOT NULL,
    user_id    TEXT   NOT NULL DEFAULT '',
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);

-- Ledgers ------------------------------------------------------------------------------------------------------

-- Append only: the working role may not update or delete.
CREATE TABLE audit_entries (
    tenant_id   TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id          TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    actor_kind  TEXT   NOT NULL,
    actor_id    TEXT   NOT NULL,
    address     TEXT   NOT NULL,
    action      TEXT   NOT NULL,
    target_kind TEXT   NOT NULL,
    target_id   TEXT   NOT NULL,
    before      TEXT   NOT NULL,
    after       TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE tenant_plans (
    tenant_id  TEXT   NOT NULL PRIMARY KEY REFERENCES tenants (tenant_id),
    plan       TEXT   NOT NULL,
    limits     TEXT   NOT NULL DEFAULT '{}',
    started_at BIGINT NOT NULL
);

-- Append only; usage_totals is summed from it later, so that no hot step touches a shared row.
CREATE TABLE usage_entries (
    tenant_id       TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id              TEXT   NOT NULL,
    at              BIGINT NOT NULL,
    kind            TEXT   NOT NULL,
    amount          BIGINT NOT NULL,
    channel_id      TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE usage_totals (
    tenant_id TEXT   NOT NULL REFERENCES tenants (tenant_id),
    month     TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    amount    BIGINT NOT NULL,
    counted   TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, month, kind)
);

-- Append only: what every model call cost, in millionths of a US dollar.
CREATE TABLE money_entries (
    tenant_id         TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id                TEXT   NOT NULL,
    at                BIGINT NOT NULL,
    purpose           TEXT   NOT NULL,
    conversation_id   TEXT   NOT NULL,
    message_id        TEXT   NOT NULL,
    provider          TEXT   NOT NULL,
    model             TEXT   NOT NULL,
    prompt_tokens     BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    cost_micros       BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- Durable facts of a step; webhooks out, evals and integrations will read them in order.
CREATE TABLE events (
    tenant_id   TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id          TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    target_kind TEXT   NOT NULL,
    target_id   TEXT   NOT NULL,
    data        TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- Channels -----------------------------------------------------------------------------------------------------

-- A Meta app whose webhooks come to /webhooks/whatsapp/{key}; secrets are sealed. The platform's own app is configuration.
CREATE TABLE app_connections (
    tenant_id           TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id                  TEXT   NOT NULL,
    name                TEXT   NOT NULL,
    app_id              TEXT   NOT NULL,
    secret_sealed       TEXT   NOT NULL,
    verify_token_sealed TEXT   NOT NULL,
    handshake_at        BIGINT,
    created_at          BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- directory: the hash of a webhook key.
CREATE TABLE webhook_keys (
    key_hash      TEXT NOT NULL PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES app_connections (tenant_id, id)
);

CREATE TABLE channels (
    tenant_id         TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id                TEXT   NOT NULL,
    kind              TEXT   NOT NULL,
    name              TEXT   NOT NULL,
    state             TEXT   NOT NULL,
    mode              TEXT   NOT NULL,
    external_id       TEXT   NOT NULL,
    account_id        TEXT   NOT NULL DEFAULT '',
    display_phone     TEXT   NOT NULL DEFAULT '',
    connection_id     TEXT   NOT NULL DEFAULT '',
    token_sealed      TEXT   NOT NULL DEFAULT '',
    proven_at         BIGINT,
    last_error        TEXT   NOT NULL DEFAULT '',
    knowledge_base_id TEXT   NOT NULL DEFAULT '',
    prompt_id         TEXT   NOT NULL DEFAULT '',
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- directory: a number belongs to one tenant and arrives through one app connection ('' is the platform's).
CREATE TABLE channel_numbers (
    kind          TEXT NOT NULL,
    external_id   TEXT NOT NULL,
    tenant_id     TEXT NOT NULL,
    channel_id    TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    PRIMARY KEY (kind, external_id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id)
);

-- When a channel was last heard; written a few times a minute, never in a hot step.
CREATE TABLE channel_activity (
    tenant_id       TEXT   NOT NULL,
    channel_id      TEXT   NOT NULL,
    last_webhook_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, channel_id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id)
);

-- Contacts -----------------------------------------------------------------------------------------------------

CREATE TABLE contacts (
    tenant_id    TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL DEFAULT '',
    username     TEXT   NOT NULL DEFAULT '',
    phone        TEXT   NOT NULL DEFAULT '',
    language     TEXT   NOT NULL DEFAULT '',
    opted_out_at BIGINT,
    attributes   TEXT   NOT NULL DEFAULT '{}',
    merged_into  TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) /*ROWLESS*/;

-- kind: bsuid | wa_id | match (a comparing form of a number, never sent to) | demo. Never overwritten, numbers are recycled.
CREATE TABLE contact_identities (
    tenant_id  TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    value      TEXT   NOT NULL,
    contact_id TEXT   NOT NULL,
    source     TEXT   NOT NULL,
    first_seen BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, value),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id)
) /*ROWLESS*/;
CREATE INDEX contact_identities_of_contact ON contact_identities (tenant_id, contact_id);

-- Opt-outs and consents as they happened: what, when, from where.
CREATE TABLE consents (
    tenant_id  TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    contact_id TEXT   NOT NULL,
    topic      TEXT   NOT NULL,
    granted    BOOLEAN NOT NULL,
    source     TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id)
);

-- Knowledge ----------------------------------------------------------------------------------------------------

-- revision moves with every change of what can be found, so that an index in memory knows when it is old.
CREATE TABLE knowledge_bases (
    tenant_id  TEXT    NOT NULL REFERENCES tenants (tenant_id),
    id         TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    is_default BOOLEAN NOT NULL,
    revision   BIGINT  NOT NULL,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- One default base a tenant, also when two processes make it at once.
CREATE UNIQUE INDEX knowledge_bases_default ON knowledge_bases (tenant_id) WHERE is_default;

CREATE TABLE documents (
    tenant_id         TEXT    NOT NULL,
    id                TEXT    NOT NULL,
    knowledge_base_id TEXT    NOT NULL,
    title             TEXT    NOT NULL,
    kind              TEXT    NOT NULL,
    language          TEXT    NOT NULL,
    source            TEXT    NOT NULL,
    state             TEXT    NOT NULL,
    failure           TEXT    NOT NULL DEFAULT '',
    enabled           BOOLEAN NOT NULL DEFAULT TRUE,
    version           BIGINT  NOT NULL,
    size_bytes        BIGINT  NOT NULL,
    sha256            TEXT    NOT NULL,
    body              TEXT    NOT NULL,
    passages          BIGINT  NOT NULL DEFAULT 0,
    created_by        TEXT    NOT NULL,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, knowledge_base_id) REFERENCES knowledge_bases (tenant_id, id)
);
CREATE INDEX documents_of_base ON documents (tenant_id, knowledge_base_id, created_at);

CREATE TABLE passages (
    tenant_id         TEXT   NOT NULL,
    id                TEXT   NOT NULL,
    knowledge_base_id TEXT   NOT NULL,
    document_id       TEXT   NOT NULL,
    document_version  BIGINT NOT NULL,
    ordinal           BIGINT NOT NULL,
    heading           TEXT   NOT NULL,
    body              TEXT   NOT NULL,
    language          TEXT   NOT NULL,
    page              BIGINT NOT NULL DEFAULT 0,
    start_offset      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);
CREATE INDEX passages_of_document ON passages (tenant_id, document_id, ordinal);
CREATE INDEX passages_of_base ON passages (tenant_id, knowledge_base_id);

-- Conversations ------------------------------------------------------------------------------------------------

-- said_seq is the last word of customer, AI or agent, ours_seq that of AI or agent; last_seq also counts notes and
-- system lines; episode_seq is where the episode opened. lane decides which writer takes a step of this customer
-- (db.Lane). window_until is 24 h after the customer's newest message.
CREATE TABLE conversations (
    tenant_id         TEXT    NOT NULL,
    id                TEXT    NOT NULL,
    channel_id        TEXT    NOT NULL,
    contact_id        TEXT    NOT NULL,
    lane              BIGINT  NOT NULL,
    status            TEXT    NOT NULL,
    mode              TEXT    NOT NULL,
    handler           TEXT    NOT NULL,
    assignee_id       TEXT    NOT NULL DEFAULT '',
    handoff_reason    TEXT    NOT NULL DEFAULT '',
    handoff_summary   TEXT    NOT NULL DEFAULT '',
    handed_off_at     BIGINT,
    alerted_at        BIGINT,
    episode           BIGINT  NOT NULL,
    episode_seq       BIGINT  NOT NULL,
    last_seq          BIGINT  NOT NULL,
    said_seq          BIGINT  NOT NULL,
    ours_seq          BIGINT  NOT NULL,
    last_message_id   TEXT    NOT NULL,
    last_sender       TEXT    NOT NULL,
    last_kind         TEXT    NOT NULL,
    last_text         TEXT    NOT NULL,
    last_at           BIGINT  NOT NULL,
    last_customer_seq BIGINT  NOT NULL,
    customer_at       BIGINT  NOT NULL,
    window_until      BIGINT  NOT NULL,
    unread            BIGINT  NOT NULL DEFAULT 0,
    problem           TEXT    NOT NULL DEFAULT '',
    disclosed_at      BIGINT,
    snoozed_until     BIGINT,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, channel_id, contact_id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id)
) /*ROWLESS*/;
CREATE INDEX conversations_newest ON conversations (tenant_id, status, last_at, id);
CREATE INDEX conversations_of_contact ON conversations (tenant_id, contact_id);

CREATE TABLE episodes (
    tenant_id       TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    number          BIGINT NOT NULL,
    opened_at       BIGINT NOT NULL,
    closed_at       BIGINT,
    outcome         TEXT   NOT NULL DEFAULT '',
    rating          BIGINT,
    PRIMARY KEY (tenant_id, conversation_id, number),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id)
) /*ROWLESS*/;

-- Everything in a thread, in one order: sender customer | ai | agent | system; kind text, image, … , note, event.
-- external_id is Meta's id; reply_to the external id quoted; payload what a kind needs beyond its text (JSON).
CREATE TABLE messages (
    tenant_id       TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    channel_id      TEXT   NOT NULL,
    seq             BIGINT NOT NULL,
    episode         BIGINT NOT NULL,
    sender          TEXT   NOT NULL,
    author_id       TEXT   NOT NULL,
    kind            TEXT   NOT NULL,
    body            TEXT   NOT NULL,
    payload         TEXT   NOT NULL,
    external_id     TEXT,
    reply_to        TEXT   NOT NULL DEFAULT '',
    status          TEXT   NOT NULL,
    error_code      BIGINT NOT NULL DEFAULT 0,
    error_text      TEXT   NOT NULL DEFAULT '',
    said_at         BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    sent_at         BIGINT,
    delivered_at    BIGINT,
    read_at         BIGINT,
    edited_at       BIGINT,
    deleted_at      BIGINT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, conversation_id, seq),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id)
);
CREATE UNIQUE INDEX messages_external ON messages (tenant_id, channel_id, external_id) WHERE external_id IS NOT NULL;

-- The words of messages, for search: a B-tree of postings, the same on both databases and usable under a policy.
-- Message ids sort by time, so the newest hits of a term come first without a sort.
CREATE TABLE message_terms (
    tenant_id       TEXT NOT NULL,
    term            TEXT /*BYTES*/ NOT NULL,
    message_id      TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, term, message_id)
) /*ROWLESS*/;

-- How far message_terms has come in a tenant: every message up to this id is in it.
CREATE TABLE message_index_marks (
    tenant_id  TEXT NOT NULL PRIMARY KEY,
    message_id TEXT NOT NULL
);

-- The words of contacts' names, usernames and numbers.
CREATE TABLE contact_terms (
    tenant_id  TEXT NOT NULL,
    term       TEXT /*BYTES*/ NOT NULL,
    contact_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, term, contact_id)
) /*ROWLESS*/;

-- lease: the AI owes one answer to the customer's messages first_seq to last_seq.
CREATE TABLE turns (
    tenant_id       TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    lane            BIGINT NOT NULL,
    first_seq       BIGINT NOT NULL,
    last_seq        BIGINT NOT NULL,
    opened_at       BIGINT NOT NULL,
    due_at          BIGINT NOT NULL,
    deadline_at     BIGINT NOT NULL,
    claimed_by      TEXT   NOT NULL,
    attempts        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, conversation_id)
) /*ROWLESS*/;
CREATE INDEX turns_free ON turns (tenant_id, due_at) WHERE claimed_by = '';
CREATE INDEX turns_deadline ON turns (deadline_at);

-- lease: a message that must leave, in order of seq in its conversation. claimed_by 'uncertain' is a send that was
-- cut off: due_at is then when its grace ends.
CREATE TABLE outbox (
    tenant_id       TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    seq             BIGINT NOT NULL,
    lane            BIGINT NOT NULL,
    message_id      TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    due_at          BIGINT NOT NULL,
    claimed_by      TEXT   NOT NULL,
    attempts        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, conversation_id, seq)
) /*ROWLESS*/;
CREATE INDEX outbox_free ON outbox (tenant_id, due_at) WHERE claimed_by = '';
CREATE INDEX outbox_uncertain ON outbox (due_at) WHERE claimed_by = 'uncertain';

-- Statuses of messages that are not ours: sent by another app, or by the phone. Kept to be looked at, then forgotten.
CREATE TABLE stray_receipts (
    tenant_id   TEXT   NOT NULL,
    channel_id  TEXT   NOT NULL,
    external_id TEXT   NOT NULL,
    status      TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    error_code  BIGINT NOT NULL DEFAULT 0,
    error_text  TEXT   NOT NULL DEFAULT '',
    received_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, channel_id, external_id, status)
);

-- Prompts and answers ------------------------------------------------------------------------------------------

CREATE TABLE prompts (
    tenant_id            TEXT    NOT NULL REFERENCES tenants (tenant_id),
    id                   TEXT    NOT NULL,
    name                 TEXT    NOT NULL,
    is_default           BOOLEAN NOT NULL,
    published_version_id TEXT    NOT NULL DEFAULT '',
    created_at           BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- One default prompt a tenant, also when two processes make it at once.
CREATE UNIQUE INDEX prompts_default ON prompts (tenant_id) WHERE is_default;

CREATE TABLE prompt_versions (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    prompt_id    TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    state        TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    personality  TEXT   NOT NULL DEFAULT '{}',
    created_by   TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    published_at BIGINT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, prompt_id, number),
    FOREIGN KEY (tenant_id, prompt_id) REFERENCES prompts (tenant_id, id)
);

-- Why an AI message says what it says: passages and scores, prompt version, model, tokens, cost, times, checks.
CREATE TABLE answer_traces (
    tenant_id         TEXT   NOT NULL,
    message_id        TEXT   NOT NULL,
    prompt_version_id TEXT   NOT NULL,
    outcome           TEXT   NOT NULL,
    trace             TEXT   NOT NULL,
    created_at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, message_id)
);

-- Webhooks -----------------------------------------------------------------------------------------------------

-- directory: bodies kept whole because they could not be stored as messages (unknown number or field, too many at
-- once, refused by the database), sealed. tenant_id is '' when nobody's number was named.
CREATE TABLE webhook_envelopes (
    id            TEXT   NOT NULL PRIMARY KEY,
    tenant_id     TEXT   NOT NULL,
    connection_id TEXT   NOT NULL,
    reason        TEXT   NOT NULL,
    body_sealed   TEXT   NOT NULL,
    received_at   BIGINT NOT NULL,
    due_at        BIGINT,
    attempts      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX webhook_envelopes_due ON webhook_envelopes (due_at) WHERE due_at IS NOT NULL;

-- +goose Down
SELECT 1;
