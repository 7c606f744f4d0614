/** Where the relay stands in the binlog, kept in Kafka and nowhere else. */
@NullMarked
package dev.outrail.relay.position;

import org.jspecify.annotations.NullMarked;
