/** Asks order-app what orders cost and whether they can be paid. */
@NullMarked
package dev.outrail.payment.orders;

import org.jspecify.annotations.NullMarked;
