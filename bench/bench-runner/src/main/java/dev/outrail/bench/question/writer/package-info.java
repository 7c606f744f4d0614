/** What the outbox costs whoever writes the payments. */
@NullMarked
package dev.outrail.bench.question.writer;

import org.jspecify.annotations.NullMarked;
