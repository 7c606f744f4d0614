package dev.outrail.order.lookup;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ApiResponse;
import dev.outrail.mall.api.ResultCode;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Amounts and states of orders, of any user, for other applications. */
@RestController
final class InternalOrderController {

  private static final int MAX_IDS = 100;

  private final OrderQueries orders;

  InternalOrderController(OrderQueries orders) {
    this.orders = orders;
  }

  /** Ids that do not exist are left out of the answer. */
  @GetMapping("/internal/orders")
  ApiResponse<List<OrderFacts>> orders(@RequestParam List<Long> ids) {
    if (ids.isEmpty() || ids.size() > MAX_IDS) {
      throw new ApiException(
          ResultCode.INVALID_ARGUMENT,
          "ids must be 1 to %d order ids, not %d".formatted(MAX_IDS, ids.size()));
    }
    return ApiResponse.ok(orders.facts(ids));
  }
}
