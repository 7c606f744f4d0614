/** Pays two orders and shows what happens on the way to sold stock. */
@NullMarked
package dev.outrail.demo;

import org.jspecify.annotations.NullMarked;
