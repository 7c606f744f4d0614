/** Gives a Spring Boot application its outbox and inbox without a line of configuration. */
@NullMarked
package dev.outrail.messaging.autoconfigure;

import org.jspecify.annotations.NullMarked;
