/** What an operator sees: state, health, status and metrics over HTTP. */
@NullMarked
package dev.outrail.relay.ops;

import org.jspecify.annotations.NullMarked;
