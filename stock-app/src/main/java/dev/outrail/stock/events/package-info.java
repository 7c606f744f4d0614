/** Takes events to what applies them, and counts what cannot be. */
@NullMarked
package dev.outrail.stock.events;

import org.jspecify.annotations.NullMarked;
