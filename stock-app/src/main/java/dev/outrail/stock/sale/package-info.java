/** Sells what a paid order had locked. */
@NullMarked
package dev.outrail.stock.sale;

import org.jspecify.annotations.NullMarked;
