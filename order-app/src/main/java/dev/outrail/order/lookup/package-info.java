/** Shows orders: to their users, and to the applications that ask for amounts and states. */
@NullMarked
package dev.outrail.order.lookup;

import org.jspecify.annotations.NullMarked;
