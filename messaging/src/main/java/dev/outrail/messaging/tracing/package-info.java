/** Carries the writer's W3C trace context along with an event. */
@NullMarked
package dev.outrail.messaging.tracing;

import org.jspecify.annotations.NullMarked;
