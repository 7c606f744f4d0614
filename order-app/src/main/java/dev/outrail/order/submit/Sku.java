package dev.outrail.order.submit;

/**
 * What can be ordered.
 *
 * @param price of one piece, minor units
 */
record Sku(long skuId, long shopId, String name, long price, String currency) {}
