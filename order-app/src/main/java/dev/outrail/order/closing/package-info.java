/**
 * Closes orders: for their users, when time is up, and when stock-app has nothing left for them.
 */
@NullMarked
package dev.outrail.order.closing;

import org.jspecify.annotations.NullMarked;
