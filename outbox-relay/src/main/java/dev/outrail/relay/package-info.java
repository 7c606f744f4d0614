/**
 * The process: command line, and the cycle that keeps capture, publishing and position together.
 */
@NullMarked
package dev.outrail.relay;

import org.jspecify.annotations.NullMarked;
