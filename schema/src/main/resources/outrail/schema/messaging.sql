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

-- changeset outrail:messaging-5-dead-letter
CREATE TABLE dead_letter (
    id               BIGINT       NOT NULL AUTO_INCREMENT,
    consumer         VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'who could not apply it',
    message_id       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the event id, marked in processed_message; of a record without one, its place',
    state            TINYINT      NOT NULL COMMENT '0 failed, 1 waits behind a failed one of its key, 2 discarded',
    topic            VARCHAR(249) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    record_partition INT          NOT NULL,
    record_offset    BIGINT       NOT NULL,
    record_timestamp BIGINT       NOT NULL COMMENT 'milliseconds since 1970, as Kafka has it',
    key_hash         BINARY(16)   NULL COMMENT 'of a key whose later events wait; NULL: none waits',
    event_key        MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT 'the record key',
    event_type       VARCHAR(255) NULL,
    headers          MEDIUMTEXT   NOT NULL COMMENT 'JSON: [name, text] each, or [name, null], or [name, Base64, "base64"]',
    payload          LONGBLOB     NULL COMMENT 'the record value, byte for byte',
    attempts         INT          NOT NULL COMMENT 'how often it was tried',
    cause            TEXT         NULL COMMENT 'why it failed last',
    cause_group      VARCHAR(255) NULL COMMENT 'letters with the same one failed alike',
    parked_at        TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    discarded_at     TIMESTAMP(6) NULL,
    discarded_by     VARCHAR(100) NULL,
    discarded_why    VARCHAR(500) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uk_message (consumer, message_id),
    KEY idx_sequence (consumer, topic, key_hash, id),
    KEY idx_state (state, consumer, topic, cause_group)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'events that a consumer could not apply, and those of their keys that wait behind them';
-- rollback DROP TABLE dead_letter;

-- changeset outrail:messaging-6-held-key
CREATE TABLE held_key (
    consumer VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    topic    VARCHAR(249) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    key_hash BINARY(16)   NOT NULL,
    PRIMARY KEY (consumer, topic, key_hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'keys with a failed dead letter: their later events wait; locked by whoever adds to a sequence or takes from it';
-- rollback DROP TABLE held_key;

-- changeset outrail:messaging-7-outbox-headers
ALTER TABLE outbox ADD COLUMN headers MEDIUMTEXT CHARACTER SET utf8mb4 NULL COMMENT 'record headers of the event itself: a JSON array of [name, value] each';
-- rollback ALTER TABLE outbox DROP COLUMN headers;
