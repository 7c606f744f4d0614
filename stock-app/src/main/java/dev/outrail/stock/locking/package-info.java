/** Locks stock for orders that are being submitted. */
@NullMarked
package dev.outrail.stock.locking;

import org.jspecify.annotations.NullMarked;
