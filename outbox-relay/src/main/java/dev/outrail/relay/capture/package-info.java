/** Reads committed outbox rows out of MySQL, in commit order, from an exact position. */
@NullMarked
package dev.outrail.relay.capture;

import org.jspecify.annotations.NullMarked;
