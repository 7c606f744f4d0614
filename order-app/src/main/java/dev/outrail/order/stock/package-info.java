/** Has stock-app lock what orders need. */
@NullMarked
package dev.outrail.order.stock;

import org.jspecify.annotations.NullMarked;
