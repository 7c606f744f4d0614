package dev.outrail.stock.locking;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.stock.ledger.HeldStock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /internal/locks}, as it came. */
record LockRequest(@Nullable List<@Nullable Order> orders) {

  /** As many as order-app makes of one submission: an order for each of its skus. */
  static final int MOST_ORDERS = 100;

  static final int MOST_ITEMS = 100;

  record Order(long orderId, @Nullable List<@Nullable Item> items) {}

  record Item(long skuId, int count) {}

  /**
   * The locks that are asked for; every other part of this application can rely on what it lets
   * pass.
   *
   * @throws ApiException INVALID_ARGUMENT if there are no orders or items, too many of them, one of
   *     them twice, or a number that is not positive
   */
  List<HeldStock> locks() {
    List<HeldStock> locks = new ArrayList<>();
    Set<Long> orderIds = new HashSet<>();
    for (@Nullable Order order : requireSize("orders", orders, MOST_ORDERS)) {
      if (order == null) {
        throw invalid("orders must not contain null");
      }
      requirePositive("orderId", order.orderId);
      if (!orderIds.add(order.orderId)) {
        throw invalid("orders names order %d twice".formatted(order.orderId));
      }
      addItems(order, locks);
    }
    return locks;
  }

  private static void addItems(Order order, List<HeldStock> locks) {
    Set<Long> skuIds = new HashSet<>();
    for (@Nullable Item item :
        requireSize("items of order " + order.orderId, order.items, MOST_ITEMS)) {
      if (item == null) {
        throw invalid("items of order %d must not contain null".formatted(order.orderId));
      }
      requirePositive("skuId", item.skuId);
      requirePositive("count", item.count);
      if (!skuIds.add(item.skuId)) {
        throw invalid("items of order %d name SKU %d twice".formatted(order.orderId, item.skuId));
      }
      locks.add(HeldStock.locked(order.orderId, item.skuId, item.count));
    }
  }

  private static <T extends @Nullable Object> List<T> requireSize(
      String name, @Nullable List<T> list, int most) {
    if (list == null || list.isEmpty()) {
      throw invalid(name + " must list at least one");
    }
    if (list.size() > most) {
      throw invalid("%s has %d entries, at most %d are allowed".formatted(name, list.size(), most));
    }
    return list;
  }

  private static void requirePositive(String name, long number) {
    if (number < 1) {
      throw invalid("%s must be 1 or more, not %d".formatted(name, number));
    }
  }

  private static ApiException invalid(String message) {
    return new ApiException(ResultCode.INVALID_ARGUMENT, message);
  }
}
