/** Brings events from Kafka to what applies them; the one place that knows a broker. */
@NullMarked
package dev.outrail.order.events;

import org.jspecify.annotations.NullMarked;
