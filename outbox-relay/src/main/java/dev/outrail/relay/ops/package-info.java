/** What an operator sees and asks for over HTTP: state, health, status, metrics, and the verbs. */
@NullMarked
package dev.outrail.relay.ops;

import org.jspecify.annotations.NullMarked;
