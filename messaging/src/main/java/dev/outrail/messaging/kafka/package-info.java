/** Reads events from Kafka records and decides what happens to those that cannot be applied. */
@NullMarked
package dev.outrail.messaging.kafka;

import org.jspecify.annotations.NullMarked;
