package dev.outrail.order.stock;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What stock-app sends: the mall's envelope around the skus that there is not enough of. */
record StockAppAnswer(@Nullable String code, @Nullable JsonNode data) {

  /**
   * @throws IllegalArgumentException if that is not an answer to the request
   */
  LockOutcome outcome(int httpStatus) {
    if (httpStatus == 200 && "00000".equals(code)) {
      return new LockOutcome(LockOutcome.Kind.LOCKED, List.of());
    }
    if (httpStatus == 409 && "A03003".equals(code)) {
      return new LockOutcome(LockOutcome.Kind.ORDER_CLOSED, List.of());
    }
    if (httpStatus == 409 && "A03010".equals(code)) {
      return new LockOutcome(LockOutcome.Kind.NOT_STOCK, skuIds());
    }
    throw new IllegalArgumentException("status %d with code %s".formatted(httpStatus, code));
  }

  private List<Long> skuIds() {
    List<Long> ids = new ArrayList<>();
    if (data != null) {
      for (JsonNode id : data) {
        if (!id.canConvertToExactIntegral() || !id.canConvertToLong()) {
          throw new IllegalArgumentException("a sku id that is " + id);
        }
        ids.add(id.asLong());
      }
    }
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("code A03010 without the skus");
    }
    Collections.sort(ids);
    return List.copyOf(ids);
  }
}
