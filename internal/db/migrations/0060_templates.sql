-- +goose Up
-- What Meta said of a number when it was last asked, and the address of a connection's webhooks, to be shown again to who
-- may connect numbers. A channel that was disconnected stays for what was said on it: its state is 'disconnected', and its
-- number is in no directory.
ALTER TABLE channels ADD COLUMN quality TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN messaging_limit TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN checked_at BIGINT;
ALTER TABLE app_connections ADD COLUMN key_sealed TEXT NOT NULL DEFAULT '';

-- Texts Meta has approved, or is going to judge, as they were when they were last read. parts is what the text is made
-- of, as JSON. One that Meta has no more is removed and stays, for what was said with it.
CREATE TABLE templates (
    tenant_id   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    channel_id  TEXT    NOT NULL,
    external_id TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    category    TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    reason      TEXT    NOT NULL DEFAULT '',
    quality     TEXT    NOT NULL DEFAULT '',
    named       BOOLEAN NOT NULL,
    parts       TEXT    NOT NULL,
    read_at     BIGINT  NOT NULL,
    removed_at  BIGINT,
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id)
);
CREATE UNIQUE INDEX templates_of_channel ON templates (tenant_id, channel_id, external_id);

-- How reading a channel's templates went the last time.
CREATE TABLE template_readings (
    tenant_id  TEXT   NOT NULL,
    channel_id TEXT   NOT NULL,
    asked_at   BIGINT NOT NULL,
    read_at    BIGINT,
    failure    TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, channel_id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id)
);
