/** Append events in the transaction that makes them true; the relay takes them to Kafka. */
@NullMarked
package dev.outrail.messaging.outbox;

import org.jspecify.annotations.NullMarked;
