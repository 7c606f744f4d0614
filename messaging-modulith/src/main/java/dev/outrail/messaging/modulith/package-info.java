/** Spring Modulith's externalized events as events of Outrail's outbox. */
@NullMarked
package dev.outrail.messaging.modulith;

import org.jspecify.annotations.NullMarked;
