/** A user pays orders, and asks later whether they are paid or paid back. */
@NullMarked
package dev.outrail.payment.paying;

import org.jspecify.annotations.NullMarked;
