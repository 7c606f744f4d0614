/** What went wrong, why, and what to do: in one vocabulary for logs, status and exit codes. */
@NullMarked
package dev.outrail.relay.problem;

import org.jspecify.annotations.NullMarked;
