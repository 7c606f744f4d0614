/** The command that runs the benchmark. */
@NullMarked
package dev.outrail.bench;

import org.jspecify.annotations.NullMarked;
