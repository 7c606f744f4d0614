/** What was paid for an order that could not take it is marked, and paid back by the provider. */
@NullMarked
package dev.outrail.payment.refund;

import org.jspecify.annotations.NullMarked;
