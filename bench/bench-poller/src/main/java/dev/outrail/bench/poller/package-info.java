/** Payments whose events a poller publishes, or the writer itself, or nobody. */
@NullMarked
package dev.outrail.bench.poller;

import org.jspecify.annotations.NullMarked;
