/** The only place that knows Kafka: hands received events to what they are about. */
@NullMarked
package dev.outrail.payment.events;

import org.jspecify.annotations.NullMarked;
