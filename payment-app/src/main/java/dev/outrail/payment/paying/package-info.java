/** A user pays orders and asks later whether they are paid. */
@NullMarked
package dev.outrail.payment.paying;

import org.jspecify.annotations.NullMarked;
