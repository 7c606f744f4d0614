/** How long it takes from the REST call until the stock is sold, and where that time goes. */
@NullMarked
package dev.outrail.bench.question.flow;

import org.jspecify.annotations.NullMarked;
