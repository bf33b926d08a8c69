-- +goose Up
-- directory: when a channel was last heard. Written a few times a minute for all channels of all tenants in one
-- statement, never in a hot step; ids and times only. It takes the place of channel_activity, which took a step each.
CREATE TABLE channels_heard (
    tenant_id       TEXT   NOT NULL,
    channel_id      TEXT   NOT NULL,
    last_webhook_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, channel_id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id)
);
INSERT INTO channels_heard (tenant_id, channel_id, last_webhook_at)
SELECT tenant_id, channel_id, last_webhook_at FROM channel_activity;
DROP TABLE channel_activity;
