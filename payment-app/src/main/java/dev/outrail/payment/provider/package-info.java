/** Who moves the money: asked for a payment, it answers later by a notice. */
@NullMarked
package dev.outrail.payment.provider;

import org.jspecify.annotations.NullMarked;
