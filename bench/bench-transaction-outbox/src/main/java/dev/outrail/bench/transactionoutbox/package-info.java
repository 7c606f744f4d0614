/** Payments whose events gruelbox transaction-outbox publishes. */
@NullMarked
package dev.outrail.bench.transactionoutbox;

import org.jspecify.annotations.NullMarked;
