/** Hands out increasing numbers, a segment of them at a time from the table {@code leaf_alloc}. */
@NullMarked
package dev.outrail.segmentid;

import org.jspecify.annotations.NullMarked;
