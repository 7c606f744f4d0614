/** What a payment is and where it is kept. */
@NullMarked
package dev.outrail.payment.payment;

import org.jspecify.annotations.NullMarked;
