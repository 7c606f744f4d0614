/** What was paid for an order that could not take it is marked to be paid back. */
@NullMarked
package dev.outrail.payment.refund;

import org.jspecify.annotations.NullMarked;
