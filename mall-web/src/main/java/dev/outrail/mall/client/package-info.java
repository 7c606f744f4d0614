/** How one of the mall's applications asks another. */
@NullMarked
package dev.outrail.mall.client;

import org.jspecify.annotations.NullMarked;
