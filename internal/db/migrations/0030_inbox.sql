-- +goose Up
-- The labels of a tenant. name_key is the name in lower case: two that differ in nothing else would be mistaken.
CREATE TABLE labels (
    tenant_id  TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id         TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    name_key   TEXT   NOT NULL,
    colour     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX labels_name ON labels (tenant_id, name_key);

-- What carries which label.
CREATE TABLE conversation_labels (
    tenant_id       TEXT NOT NULL,
    label_id        TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, label_id, conversation_id),
    FOREIGN KEY (tenant_id, label_id) REFERENCES labels (tenant_id, id),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id)
) /*ROWLESS*/;
CREATE INDEX conversation_labels_of ON conversation_labels (tenant_id, conversation_id);

-- What people have to do with: few among many, and what the AI answers alone never touches it. For the views of people
-- and for what is assigned to one. status is in them although it never differs: SQLite would think another one closer.
CREATE INDEX conversations_people ON conversations (tenant_id, status, last_at, id)
    WHERE status = 'active' AND (handed_off_at IS NOT NULL OR problem <> '' OR assignee_id <> '');
CREATE INDEX conversations_unread ON conversations (tenant_id, status, last_at, id)
    WHERE status = 'active' AND unread > 0;

-- Answers people keep, found by a shortcut while writing.
CREATE TABLE canned_replies (
    tenant_id  TEXT   NOT NULL REFERENCES tenants (tenant_id),
    id         TEXT   NOT NULL,
    shortcut   TEXT   NOT NULL,
    title      TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX canned_replies_shortcut ON canned_replies (tenant_id, shortcut);
