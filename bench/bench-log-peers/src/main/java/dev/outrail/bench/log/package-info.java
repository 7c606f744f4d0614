/**
 * Readers of the binlog that others made, with what their documentation says to put behind them.
 */
@NullMarked
package dev.outrail.bench.log;

import org.jspecify.annotations.NullMarked;
