/** What carriers cost while nobody pays, how soon they work, and what the end of one does. */
@NullMarked
package dev.outrail.bench.question.operate;

import org.jspecify.annotations.NullMarked;
