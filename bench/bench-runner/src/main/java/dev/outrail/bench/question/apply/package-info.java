/** How many effects a second the inbox allows, and whether each happens once. */
@NullMarked
package dev.outrail.bench.question.apply;

import org.jspecify.annotations.NullMarked;
