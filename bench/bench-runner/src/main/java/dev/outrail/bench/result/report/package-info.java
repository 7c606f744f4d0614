/** Makes tables, targets and plots of what was measured. */
@NullMarked
package dev.outrail.bench.result.report;

import org.jspecify.annotations.NullMarked;
