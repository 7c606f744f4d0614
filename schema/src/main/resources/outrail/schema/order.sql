--liquibase formatted sql

--changeset outrail:order-1-orders
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
--rollback DROP TABLE orders;

--changeset outrail:order-2-order-item
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
--rollback DROP TABLE order_item;
