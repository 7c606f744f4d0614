-- liquibase formatted sql

-- changeset outrail:order-1-orders
CREATE TABLE orders (
    order_id    BIGINT       NOT NULL,
    shop_id     BIGINT       NOT NULL,
    user_id     BIGINT       NOT NULL,
    total       BIGINT       NOT NULL COMMENT 'payable, minor units',
    currency    CHAR(3) CHARACTER SET ascii NOT NULL DEFAULT 'CNY',
    status      TINYINT      NOT NULL DEFAULT 1 COMMENT '1 unpaid, 2 paid, 3 shipped, 5 success, 6 closed',
    is_payed    TINYINT      NOT NULL DEFAULT 0 COMMENT '0 no, 1 yes',
    pay_id      BIGINT       NULL COMMENT 'the payment that paid it',
    pay_time    TIMESTAMP(6) NULL,
    version     INT          NOT NULL DEFAULT 0,
    create_time TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    update_time TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (order_id),
    KEY idx_user (user_id, order_id),
    CONSTRAINT orders_status_known CHECK (status IN (1, 2, 3, 5, 6)),
    CONSTRAINT orders_total_positive CHECK (total > 0),
    CONSTRAINT orders_payed_has_payment CHECK ((is_payed = 1) = (pay_id IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'orders, one per shop';
-- rollback DROP TABLE orders;

-- changeset outrail:order-2-order-item
CREATE TABLE order_item (
    order_item_id BIGINT       NOT NULL AUTO_INCREMENT,
    order_id      BIGINT       NOT NULL,
    sku_id        BIGINT       NOT NULL,
    sku_name      VARCHAR(255) NOT NULL,
    count         INT          NOT NULL,
    price         BIGINT       NOT NULL COMMENT 'of one piece, minor units',
    PRIMARY KEY (order_item_id),
    UNIQUE KEY uk_order_sku (order_id, sku_id),
    CONSTRAINT order_item_positive CHECK (count > 0 AND price >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'what an order is made of';
-- rollback DROP TABLE order_item;

-- changeset outrail:order-3-life-cycle
ALTER TABLE orders
    DROP CHECK orders_status_known,
    MODIFY COLUMN status TINYINT NOT NULL DEFAULT 1
        COMMENT '0 submitted (waits for its stock), 1 unpaid, 2 paid, 3 shipped, 5 success, 6 closed',
    ADD COLUMN close_reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'CANCELLED, TIMED_OUT, NOT_STOCK, STOCK_GONE' AFTER pay_time,
    ADD COLUMN close_time TIMESTAMP(6) NULL AFTER close_reason,
    ADD KEY idx_open (status, create_time),
    ADD CONSTRAINT orders_status_known CHECK (status IN (0, 1, 2, 3, 5, 6)),
    ADD CONSTRAINT orders_close_reason_closed CHECK (close_reason IS NULL OR status = 6);
-- rollback ALTER TABLE orders DROP CHECK orders_close_reason_closed, DROP KEY idx_open, DROP COLUMN close_time, DROP COLUMN close_reason;

-- changeset outrail:order-4-sku
CREATE TABLE sku (
    sku_id   BIGINT       NOT NULL,
    shop_id  BIGINT       NOT NULL,
    sku_name VARCHAR(255) NOT NULL,
    price    BIGINT       NOT NULL COMMENT 'of one piece, minor units',
    currency CHAR(3) CHARACTER SET ascii NOT NULL DEFAULT 'CNY',
    on_sale  TINYINT      NOT NULL DEFAULT 1 COMMENT '0 no, 1 yes',
    PRIMARY KEY (sku_id),
    CONSTRAINT sku_price_positive CHECK (price > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'what can be ordered, and for how much';
-- rollback DROP TABLE sku;

-- changeset outrail:order-5-submission
CREATE TABLE order_submission (
    user_id         BIGINT      NOT NULL,
    idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'chosen by the client, one per purchase',
    request_hash    BINARY(32)  NOT NULL COMMENT 'SHA-256 of what was asked for',
    order_ids       VARCHAR(2100) CHARACTER SET ascii NOT NULL COMMENT 'the orders it became, ascending, joined by commas',
    create_time     TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (user_id, idempotency_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'a purchase is submitted once';
-- rollback DROP TABLE order_submission;

-- changeset outrail:order-6-order-ids
INSERT INTO leaf_alloc (biz_tag, max_id, step, random_step, description)
VALUES ('mall4cloud-order', 1000000, 1000, 1, 'order ids; those up to a million are sample data''s');
-- rollback DELETE FROM leaf_alloc WHERE biz_tag = 'mall4cloud-order';

-- changeset outrail:order-7-submission-missing
ALTER TABLE order_submission
    ADD COLUMN missing_sku_ids VARCHAR(2100) CHARACTER SET ascii NULL
        COMMENT 'what there was not enough of, ascending, joined by commas; NULL unless that was its end' AFTER order_ids;
-- rollback ALTER TABLE order_submission DROP COLUMN missing_sku_ids;
