/** A network that fails on demand. */
@NullMarked
package dev.outrail.testbed.network;

import org.jspecify.annotations.NullMarked;
