package dev.outrail.order.lookup;

/**
 * What another application may know of an order.
 *
 * @param total payable, minor units
 * @param status 1 unpaid, 2 paid, 3 shipped, 5 success, 6 closed
 */
record OrderFacts(
    long orderId, long userId, long total, String currency, int status, boolean payed) {}
