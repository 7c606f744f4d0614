/** How fast a backlog is published, and at what price. */
@NullMarked
package dev.outrail.bench.question.drain;

import org.jspecify.annotations.NullMarked;
