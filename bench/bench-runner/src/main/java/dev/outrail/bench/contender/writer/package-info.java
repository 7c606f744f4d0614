/** Starts the process that payments are made in. */
@NullMarked
package dev.outrail.bench.contender.writer;

import org.jspecify.annotations.NullMarked;
