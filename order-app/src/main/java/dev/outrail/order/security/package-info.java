/** Who may call what. */
@NullMarked
package dev.outrail.order.security;

import org.jspecify.annotations.NullMarked;
