/** What an operator can set, checked before anything starts. */
@NullMarked
package dev.outrail.relay.config;

import org.jspecify.annotations.NullMarked;
