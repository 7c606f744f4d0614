/** A real single-node Kafka broker in KRaft mode. */
@NullMarked
package dev.outrail.testbed.kafka;

import org.jspecify.annotations.NullMarked;
