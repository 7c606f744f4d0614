/** Payments whose events Namastack Outbox publishes. */
@NullMarked
package dev.outrail.bench.namastack;

import org.jspecify.annotations.NullMarked;
