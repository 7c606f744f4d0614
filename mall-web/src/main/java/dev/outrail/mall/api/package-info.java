/** The envelope of every response, its codes, and how errors become one. */
@NullMarked
package dev.outrail.mall.api;

import org.jspecify.annotations.NullMarked;
