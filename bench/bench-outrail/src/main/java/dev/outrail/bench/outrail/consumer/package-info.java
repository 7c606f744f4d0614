/** Applies payments' events, whoever published them, through our inbox. */
@NullMarked
package dev.outrail.bench.outrail.consumer;

import org.jspecify.annotations.NullMarked;
