/** Sets the shared parts up in each application. */
@NullMarked
package dev.outrail.mall.autoconfigure;

import org.jspecify.annotations.NullMarked;
