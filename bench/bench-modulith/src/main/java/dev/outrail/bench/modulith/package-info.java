/** Payments whose events Spring Modulith externalizes. */
@NullMarked
package dev.outrail.bench.modulith;

import org.jspecify.annotations.NullMarked;
