-- liquibase formatted sql

-- Orders 1001 to 1050 of the demo user 7, unpaid: one tea pot and, in every second one, two cups.
-- Order 1090 is closed, order 1091 belongs to user 8.

-- changeset outrail:order-demo-1 context:demo
INSERT INTO orders (order_id, shop_id, user_id, total)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
SELECT 1000 + i, 1 + i % 2, 7, IF(i % 2 = 0, 12900 + 2 * 3550, 12900) FROM n;
INSERT INTO orders (order_id, shop_id, user_id, total, status)
VALUES (1090, 1, 7, 12900, 6), (1091, 1, 8, 12900, 1);
INSERT INTO order_item (order_id, sku_id, sku_name, count, price)
SELECT order_id, 501, 'Tea pot', 1, 12900 FROM orders WHERE order_id BETWEEN 1001 AND 1091;
INSERT INTO order_item (order_id, sku_id, sku_name, count, price)
SELECT order_id, 502, 'Cup', 2, 3550 FROM orders WHERE order_id BETWEEN 1001 AND 1050 AND total > 12900;
-- rollback DELETE FROM order_item WHERE order_id BETWEEN 1001 AND 1091;
-- rollback DELETE FROM orders WHERE order_id BETWEEN 1001 AND 1091;

-- changeset outrail:order-demo-2-sku context:demo
INSERT INTO sku (sku_id, shop_id, sku_name, price)
VALUES (501, 1, 'Tea pot', 12900), (502, 2, 'Cup', 3550);
-- rollback DELETE FROM sku WHERE sku_id IN (501, 502);
