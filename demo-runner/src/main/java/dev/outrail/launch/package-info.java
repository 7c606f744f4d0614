/** Starts the relay and the three applications as real processes and talks to them. */
@NullMarked
package dev.outrail.launch;

import org.jspecify.annotations.NullMarked;
