-- liquibase formatted sql

-- changeset outrail:payment-1-pay-info
CREATE TABLE pay_info (
    pay_id           BIGINT       NOT NULL,
    user_id          BIGINT       NOT NULL,
    sys_type         TINYINT      NOT NULL COMMENT 'which kind of user pays, from the token',
    pay_status       TINYINT      NOT NULL DEFAULT 0 COMMENT '0 unpaid, 1 paid, 2 refund pending, 3 refunded',
    pay_amount       BIGINT       NOT NULL COMMENT 'minor units',
    currency         CHAR(3) CHARACTER SET ascii NOT NULL,
    return_url       VARCHAR(1000) NULL COMMENT 'where the payer goes afterwards; its host is an allowed one',
    biz_pay_no       VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the number the provider gave it',
    callback_content VARCHAR(4000) NULL COMMENT 'the notice that decided it, as received',
    callback_time    TIMESTAMP(6) NULL,
    confirm_time     TIMESTAMP(6) NULL COMMENT 'when the status left unpaid',
    version          INT          NOT NULL DEFAULT 0,
    create_time      TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    update_time      TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (pay_id),
    KEY idx_user (user_id, pay_id),
    CONSTRAINT pay_amount_positive CHECK (pay_amount > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'payments';
-- rollback DROP TABLE pay_info;

-- changeset outrail:payment-2-pay-order
CREATE TABLE pay_order (
    pay_id   BIGINT  NOT NULL,
    order_id BIGINT  NOT NULL,
    amount   BIGINT  NOT NULL COMMENT 'minor units',
    state    TINYINT NOT NULL DEFAULT 0 COMMENT '0 pending, 1 effective, 2 refund pending, 3 refunded',
    reason   VARCHAR(32) CHARACTER SET ascii NULL COMMENT 'why it is to be refunded',
    update_time TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (pay_id, order_id),
    KEY idx_order (order_id),
    KEY idx_state (state, pay_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'the part of a payment that belongs to an order';
-- rollback DROP TABLE pay_order;

-- changeset outrail:payment-3-paid-order
CREATE TABLE paid_order (
    order_id  BIGINT       NOT NULL,
    pay_id    BIGINT       NOT NULL,
    user_id   BIGINT       NOT NULL,
    paid_time TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (order_id),
    KEY idx_pay (pay_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'at most one effective payment per order: the key decides';
-- rollback DROP TABLE paid_order;

-- changeset outrail:payment-4-pay-ids
INSERT INTO leaf_alloc (biz_tag, max_id, step, random_step, description)
VALUES ('mall4cloud-pay', 0, 1000, 1, 'pay ids');
-- rollback DELETE FROM leaf_alloc WHERE biz_tag = 'mall4cloud-pay';

-- changeset outrail:payment-5-refund
ALTER TABLE pay_order
    ADD COLUMN refund_no       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the number the provider gave the refund',
    ADD COLUMN refund_attempts INT          NOT NULL DEFAULT 0,
    ADD COLUMN refund_due      TIMESTAMP(6) NULL COMMENT 'when the provider is asked next; null: at once',
    ADD COLUMN refund_problem  VARCHAR(500) NULL COMMENT 'why the last attempt failed',
    ADD COLUMN refund_time     TIMESTAMP(6) NULL COMMENT 'when the provider confirmed it',
    ADD KEY idx_refund (state, refund_due);
-- rollback ALTER TABLE pay_order DROP KEY idx_refund, DROP COLUMN refund_no, DROP COLUMN refund_attempts, DROP COLUMN refund_due, DROP COLUMN refund_problem, DROP COLUMN refund_time;

-- changeset outrail:payment-6-sandbox-refund
CREATE TABLE sandbox_refund (
    idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    pay_id          BIGINT      NOT NULL,
    order_id        BIGINT      NOT NULL,
    amount          BIGINT      NOT NULL COMMENT 'minor units',
    currency        CHAR(3) CHARACTER SET ascii NOT NULL,
    refund_no       VARCHAR(64) CHARACTER SET ascii NOT NULL,
    requests        INT         NOT NULL DEFAULT 1 COMMENT 'how often it was asked for under this key',
    create_time     TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (idempotency_key),
    KEY idx_pay (pay_id, order_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'the books of the sandbox provider: what it paid back';
-- rollback DROP TABLE sandbox_refund;

-- changeset outrail:payment-7-refused-notice
CREATE TABLE refused_notice (
    pay_id      BIGINT      NOT NULL COMMENT 'as the notice names it; there may be no such payment',
    biz_pay_no  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason      VARCHAR(32) CHARACTER SET ascii NOT NULL COMMENT 'UNKNOWN_PAYMENT, MONEY_DIFFERS, CONFIRMED_OTHERWISE',
    amount      BIGINT      NOT NULL COMMENT 'minor units',
    content     VARCHAR(4000) NOT NULL COMMENT 'the first such notice, as received',
    times       INT         NOT NULL DEFAULT 1 COMMENT 'how often it came',
    create_time TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    update_time TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (pay_id, biz_pay_no, reason, amount)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'signed notices of money that no payment takes: to be settled with the provider';
-- rollback DROP TABLE refused_notice;
