package dev.outrail.order.submit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /order/submit}, as it came.
 *
 * @param items what is wanted
 */
record SubmitRequest(@Nullable List<@Nullable Item> items) {

  /** So many pieces of a sku. */
  record Item(@Nullable Long skuId, @Nullable Integer count) {}
}
