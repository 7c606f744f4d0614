/** Our outbox with our relay. */
@NullMarked
package dev.outrail.bench.contender.ours;

import org.jspecify.annotations.NullMarked;
