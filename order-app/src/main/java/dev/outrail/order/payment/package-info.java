/** Applies payments to the orders that they were made for. */
@NullMarked
package dev.outrail.order.payment;

import org.jspecify.annotations.NullMarked;
