/** Removes outbox rows that are old enough and certainly published. */
@NullMarked
package dev.outrail.relay.purge;

import org.jspecify.annotations.NullMarked;
