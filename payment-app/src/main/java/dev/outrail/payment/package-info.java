/** Takes payments for orders and tells of each one that succeeded, once. */
@NullMarked
package dev.outrail.payment;

import org.jspecify.annotations.NullMarked;
