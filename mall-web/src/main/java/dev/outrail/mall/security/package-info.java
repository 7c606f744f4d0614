/** Who is calling: users by signed tokens, other applications by short-lived service tokens. */
@NullMarked
package dev.outrail.mall.security;

import org.jspecify.annotations.NullMarked;
