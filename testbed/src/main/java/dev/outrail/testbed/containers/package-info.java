/**
 * The container engine: is there one, has it the images, and servers in containers that keep port
 * and data.
 */
@NullMarked
package dev.outrail.testbed.containers;

import org.jspecify.annotations.NullMarked;
