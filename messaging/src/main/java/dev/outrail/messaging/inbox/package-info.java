/** Apply each received event once, however often it is delivered. */
@NullMarked
package dev.outrail.messaging.inbox;

import org.jspecify.annotations.NullMarked;
