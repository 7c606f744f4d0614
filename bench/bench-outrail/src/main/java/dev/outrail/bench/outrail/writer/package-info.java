/** Makes payments and appends their events to our outbox. */
@NullMarked
package dev.outrail.bench.outrail.writer;

import org.jspecify.annotations.NullMarked;
