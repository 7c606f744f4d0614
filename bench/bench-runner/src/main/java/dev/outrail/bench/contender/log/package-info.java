/** The contenders that read the binlog, and the limits that read it and publish nothing. */
@NullMarked
package dev.outrail.bench.contender.log;

import org.jspecify.annotations.NullMarked;
