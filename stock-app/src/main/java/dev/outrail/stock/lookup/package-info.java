/** Shows stock, and what of it is locked for an order. */
@NullMarked
package dev.outrail.stock.lookup;

import org.jspecify.annotations.NullMarked;
