/** What was measured, as raw data and as a report. */
@NullMarked
package dev.outrail.bench.result;

import org.jspecify.annotations.NullMarked;
