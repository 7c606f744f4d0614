/** Gives back what was locked for orders that are closed. */
@NullMarked
package dev.outrail.stock.release;

import org.jspecify.annotations.NullMarked;
