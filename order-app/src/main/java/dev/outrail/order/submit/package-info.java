/** Turns what a user wants to buy into orders, once, with their stock locked. */
@NullMarked
package dev.outrail.order.submit;

import org.jspecify.annotations.NullMarked;
