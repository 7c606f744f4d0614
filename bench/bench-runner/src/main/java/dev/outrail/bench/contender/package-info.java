/** Those who carry events from a database to Kafka, and where and how they are started. */
@NullMarked
package dev.outrail.bench.contender;

import org.jspecify.annotations.NullMarked;
