/** The provider's signed notice makes a payment paid, once, and appends the event that says so. */
@NullMarked
package dev.outrail.payment.notice;

import org.jspecify.annotations.NullMarked;
