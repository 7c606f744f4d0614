/** Who may call what. */
@NullMarked
package dev.outrail.payment.security;

import org.jspecify.annotations.NullMarked;
