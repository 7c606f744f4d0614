/** Who may call what. */
@NullMarked
package dev.outrail.stock.security;

import org.jspecify.annotations.NullMarked;
