/** Which transaction a statement belongs to. */
@NullMarked
package dev.outrail.messaging.jdbc;

import org.jspecify.annotations.NullMarked;
