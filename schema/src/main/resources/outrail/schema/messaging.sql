-- liquibase formatted sql

-- The tables of exactly-once messaging. Both ends are plain SQL: without Liquibase, run this file as it is.

-- changeset outrail:messaging-1-outbox
CREATE TABLE outbox (
    id            CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'event id, UUIDv7, made by the writer',
    aggregatetype VARCHAR(255) NOT NULL COMMENT 'routes: the Kafka topic',
    aggregateid   VARCHAR(255) NOT NULL COMMENT 'the record key; order is kept per key',
    type          VARCHAR(255) NOT NULL COMMENT 'event type with its major version',
    payload       MEDIUMBLOB   NOT NULL COMMENT 'the record value, passed on byte for byte',
    content_type  VARCHAR(100) CHARACTER SET ascii NOT NULL DEFAULT 'application/json',
    traceparent   VARCHAR(55)  CHARACTER SET ascii NULL COMMENT 'W3C trace context of the writer',
    tracestate    VARCHAR(512) CHARACTER SET ascii NULL,
    created_at    TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'transactional outbox; insert only, purged by the relay';
-- rollback DROP TABLE outbox;

-- changeset outrail:messaging-2-processed-message
CREATE TABLE processed_message (
    consumer     VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'who applied it',
    message_id   VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the event id',
    processed_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (consumer, message_id),
    KEY idx_processed_at (processed_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'inbox: one row per consumer and event, written with the effect';
-- rollback DROP TABLE processed_message;

-- changeset outrail:messaging-3-inbox-purge
CREATE TABLE inbox_purge (
    consumer     VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    purged_until TIMESTAMP(6) NOT NULL COMMENT 'rows of processed_message from before this may be gone',
    PRIMARY KEY (consumer)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'how far the inbox has forgotten what it applied';
-- rollback DROP TABLE inbox_purge;

-- changeset outrail:messaging-4-outbox-tombstone
ALTER TABLE outbox MODIFY payload MEDIUMBLOB NULL COMMENT 'the record value, passed on byte for byte; NULL: a record without value, a tombstone';
-- rollback ALTER TABLE outbox MODIFY payload MEDIUMBLOB NOT NULL COMMENT 'the record value, passed on byte for byte';
