/** What an operator can ask of a running relay, with its answers, refusals and audit records. */
@NullMarked
package dev.outrail.relay.operate;

import org.jspecify.annotations.NullMarked;
