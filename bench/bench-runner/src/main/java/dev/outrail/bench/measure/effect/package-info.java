/** The consumer that does database work, and what it has done. */
@NullMarked
package dev.outrail.bench.measure.effect;

import org.jspecify.annotations.NullMarked;
