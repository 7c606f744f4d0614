/** Everything that can be known before the start: what is not as it must be, and how to mend it. */
@NullMarked
package dev.outrail.relay.check;

import org.jspecify.annotations.NullMarked;
