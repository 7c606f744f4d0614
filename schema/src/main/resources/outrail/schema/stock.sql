-- liquibase formatted sql

-- changeset outrail:stock-1-sku-stock
CREATE TABLE sku_stock (
    sku_id       BIGINT NOT NULL,
    stock        INT    NOT NULL COMMENT 'free to sell',
    lock_stock   INT    NOT NULL DEFAULT 0 COMMENT 'held for orders that are not paid yet',
    actual_stock INT    NOT NULL COMMENT 'in the warehouse: stock + lock_stock',
    update_time  TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (sku_id),
    CONSTRAINT sku_stock_not_negative CHECK (stock >= 0 AND lock_stock >= 0),
    CONSTRAINT sku_stock_sum CHECK (actual_stock = stock + lock_stock)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'stock per sku';
-- rollback DROP TABLE sku_stock;

-- changeset outrail:stock-2-sku-stock-lock
CREATE TABLE sku_stock_lock (
    order_id    BIGINT  NOT NULL,
    sku_id      BIGINT  NOT NULL,
    count       INT     NOT NULL,
    status      TINYINT NOT NULL DEFAULT 0 COMMENT '0 locked, 1 used, -1 released',
    create_time TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    update_time TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (order_id, sku_id),
    KEY idx_sku (sku_id, status),
    CONSTRAINT sku_stock_lock_status_known CHECK (status IN (0, 1, -1)),
    CONSTRAINT sku_stock_lock_positive CHECK (count > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'stock held for an order';
-- rollback DROP TABLE sku_stock_lock;

-- changeset outrail:stock-3-released-order
CREATE TABLE released_order (
    order_id    BIGINT       NOT NULL,
    create_time TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (order_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'closed orders: a request to lock for them that comes late is refused';
-- rollback DROP TABLE released_order;

-- changeset outrail:stock-4-received
ALTER TABLE sku_stock
    ADD COLUMN sold INT NOT NULL DEFAULT 0 COMMENT 'pieces sold' AFTER actual_stock,
    ADD COLUMN received INT NOT NULL DEFAULT (stock + lock_stock + sold) COMMENT 'pieces that ever came in' AFTER sold,
    ADD CONSTRAINT sku_stock_received CHECK (received = stock + lock_stock + sold);
-- rollback ALTER TABLE sku_stock DROP CHECK sku_stock_received, DROP COLUMN received, DROP COLUMN sold;

-- changeset outrail:stock-5-rejected-pay-id
ALTER TABLE sku_stock_lock
    ADD COLUMN rejected_pay_id BIGINT NULL COMMENT 'payment that came after the release and found too little stock: rejected for good' AFTER status;
-- rollback ALTER TABLE sku_stock_lock DROP COLUMN rejected_pay_id;
