/** A real MySQL server, set up the way the relay needs it. */
@NullMarked
package dev.outrail.testbed.mysql;

import org.jspecify.annotations.NullMarked;
