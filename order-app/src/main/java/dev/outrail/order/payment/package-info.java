/** Applies a payment to the orders that it was made for. */
@NullMarked
package dev.outrail.order.payment;

import org.jspecify.annotations.NullMarked;
