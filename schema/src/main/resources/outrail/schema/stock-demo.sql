-- liquibase formatted sql

-- Stock and locks that match the demo orders.

-- changeset outrail:stock-demo-1 context:demo
INSERT INTO sku_stock (sku_id, stock, lock_stock, actual_stock)
VALUES (501, 949, 51, 1000), (502, 950, 50, 1000);
INSERT INTO sku_stock_lock (order_id, sku_id, count)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
SELECT 1000 + i, 501, 1 FROM n;
INSERT INTO sku_stock_lock (order_id, sku_id, count) VALUES (1091, 501, 1);
INSERT INTO sku_stock_lock (order_id, sku_id, count, status) VALUES (1090, 501, 1, -1);
INSERT INTO sku_stock_lock (order_id, sku_id, count)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25)
SELECT 1000 + 2 * i, 502, 2 FROM n;
-- rollback DELETE FROM sku_stock_lock WHERE order_id BETWEEN 1001 AND 1091;
-- rollback DELETE FROM sku_stock WHERE sku_id IN (501, 502);
