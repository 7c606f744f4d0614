/** The relay's reading and mapping with a producer that has no transactions. */
@NullMarked
package dev.outrail.bench.atleastonce;

import org.jspecify.annotations.NullMarked;
