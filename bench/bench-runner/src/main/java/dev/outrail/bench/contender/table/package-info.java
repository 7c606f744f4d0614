/** Those who publish from the writer's process: by polling a table, after the commit, or in it. */
@NullMarked
package dev.outrail.bench.contender.table;

import org.jspecify.annotations.NullMarked;
