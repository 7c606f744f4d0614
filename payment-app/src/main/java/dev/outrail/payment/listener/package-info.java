/** The only place that knows Kafka: hands received events to what they are about. */
@NullMarked
package dev.outrail.payment.listener;

import org.jspecify.annotations.NullMarked;
