/** The application in full, on a real database, with order-app played by a small HTTP server. */
@NullMarked
package dev.outrail.payment.running;

import org.jspecify.annotations.NullMarked;
