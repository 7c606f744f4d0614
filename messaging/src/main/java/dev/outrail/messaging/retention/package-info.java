/** Purges the inbox, and refuses to forget what could still be delivered again. */
@NullMarked
package dev.outrail.messaging.retention;

import org.jspecify.annotations.NullMarked;
