/** Turns captured events into Kafka records and commits them together with the position. */
@NullMarked
package dev.outrail.relay.publish;

import org.jspecify.annotations.NullMarked;
