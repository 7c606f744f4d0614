/** How late events and effects are, and what carrying them costs meanwhile. */
@NullMarked
package dev.outrail.bench.question.lateness;

import org.jspecify.annotations.NullMarked;
