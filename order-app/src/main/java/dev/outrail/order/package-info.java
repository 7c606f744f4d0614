/** The mall's orders. */
@NullMarked
package dev.outrail.order;

import org.jspecify.annotations.NullMarked;
