/** Unpacked binaries and prepared data folders, made once per user and shared by all builds. */
@NullMarked
package dev.outrail.testbed.cache;

import org.jspecify.annotations.NullMarked;
