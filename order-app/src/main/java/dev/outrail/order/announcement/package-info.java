/** What order-app tells others: its events, as their schemas have them. */
@NullMarked
package dev.outrail.order.announcement;

import org.jspecify.annotations.NullMarked;
