/**
 * Events that could not be applied: rows in the consumer's own database, in the order of their
 * keys.
 */
@NullMarked
package dev.outrail.messaging.deadletter;

import org.jspecify.annotations.NullMarked;
