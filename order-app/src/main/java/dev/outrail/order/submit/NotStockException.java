package dev.outrail.order.submit;

import java.util.List;
import java.util.stream.Collectors;

/** There is not enough of something that is wanted; nothing is ordered. */
final class NotStockException extends RuntimeException {

  private final List<Long> skuIds;

  NotStockException(List<Long> skuIds) {
    super(
        "not enough in stock of sku "
            + skuIds.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    this.skuIds = List.copyOf(skuIds);
  }

  /** What there is not enough of, ascending. */
  List<Long> skuIds() {
    return skuIds;
  }
}
