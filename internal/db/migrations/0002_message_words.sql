-- +goose Up
-- The words of messages, for search: each row names some of the messages that have a word, the newest by message_id and
-- up to 32 older ones packed in others; hits is how many. A row for each message and word took a third of all work.
-- Whether a message still has the word its body says, so rows may name more than is true.
CREATE TABLE message_words (
    tenant_id  TEXT   NOT NULL,
    term       TEXT   /*BYTES*/ NOT NULL,
    message_id TEXT   NOT NULL,
    others     TEXT   NOT NULL,
    hits       BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, term, message_id)
) /*ROWLESS*/;

-- What was said before is indexed anew by the look through all tenants at the next start.
DROP TABLE message_terms;
DELETE FROM message_index_marks;

-- +goose Down
