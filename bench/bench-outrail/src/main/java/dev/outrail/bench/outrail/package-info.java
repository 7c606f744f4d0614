/** Our library at work in the bench: a process that pays, or one that applies events. */
@NullMarked
package dev.outrail.bench.outrail;

import org.jspecify.annotations.NullMarked;
