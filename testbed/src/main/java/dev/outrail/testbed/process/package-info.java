/**
 * Child processes that can be started, stopped, killed and paused, and that never outlive this JVM.
 */
@NullMarked
package dev.outrail.testbed.process;

import org.jspecify.annotations.NullMarked;
