/** Real MySQL and Kafka for tests, the demo and benchmarks, embedded or in containers. */
@NullMarked
package dev.outrail.testbed;

import org.jspecify.annotations.NullMarked;
