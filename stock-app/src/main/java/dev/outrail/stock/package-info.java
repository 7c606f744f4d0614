/** The mall's stock. */
@NullMarked
package dev.outrail.stock;

import org.jspecify.annotations.NullMarked;
