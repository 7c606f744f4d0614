/** Where orders stand, and the only ways for that to change. */
@NullMarked
package dev.outrail.order.state;

import org.jspecify.annotations.NullMarked;
