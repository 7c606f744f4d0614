-- liquibase formatted sql

-- changeset outrail:leaf-alloc-1
CREATE TABLE leaf_alloc (
    biz_tag     VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'what the numbers are for',
    max_id      BIGINT       NOT NULL COMMENT 'the last number given out',
    step        INT          NOT NULL COMMENT 'numbers in a segment',
    random_step INT          NOT NULL DEFAULT 1 COMMENT 'above 1: skip up to this many numbers less one before a segment',
    description VARCHAR(256) NULL,
    update_time TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    PRIMARY KEY (biz_tag),
    CONSTRAINT leaf_alloc_positive CHECK (max_id >= 0 AND step >= 1 AND random_step >= 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'segments of numbers';
-- rollback DROP TABLE leaf_alloc;
