package dev.outrail.order.submit;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.segmentid.SegmentIdsExhaustedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Makes orders of what is wanted: one per shop, at the prices of this moment. Writes nothing. */
@Component
final class PriceOrders {

  private final Skus skus;
  private final OrderIds orderIds;

  PriceOrders(Skus skus, OrderIds orderIds) {
    this.skus = skus;
    this.orderIds = orderIds;
  }

  /**
   * By ascending order id. Call it outside a transaction.
   *
   * @throws ApiException INVALID_ARGUMENT if something is not on sale, the currencies differ, or a
   *     sum does not fit; unavailable if no order can be numbered
   */
  List<NewOrder> price(WantedItems wanted) {
    List<Sku> found = skus.onSale(wanted.counts().keySet());
    requireAll(wanted, found);
    requireOneCurrency(found);
    Map<Long, List<NewOrder.Item>> byShop = new TreeMap<>();
    for (Sku sku : found) {
      byShop
          .computeIfAbsent(sku.shopId(), shop -> new ArrayList<>())
          .add(new NewOrder.Item(sku, Objects.requireNonNull(wanted.counts().get(sku.skuId()))));
    }
    Map<Long, Long> totals = totals(byShop);
    List<NewOrder> orders = new ArrayList<>();
    byShop.forEach(
        (shop, items) ->
            orders.add(
                new NewOrder(
                    nextId(),
                    shop,
                    Objects.requireNonNull(totals.get(shop)),
                    items.get(0).sku().currency(),
                    items)));
    return orders;
  }

  /** All of them fit into one payment, too. */
  static Map<Long, Long> totals(Map<Long, List<NewOrder.Item>> byShop) {
    try {
      Map<Long, Long> totals = new TreeMap<>();
      long all = 0;
      for (Map.Entry<Long, List<NewOrder.Item>> shop : byShop.entrySet()) {
        long total = 0;
        for (NewOrder.Item item : shop.getValue()) {
          long price = Math.multiplyExact(item.sku().price(), (long) item.count());
          total = Math.addExact(total, price);
        }
        totals.put(shop.getKey(), total);
        all = Math.addExact(all, total);
      }
      return totals;
    } catch (ArithmeticException e) {
      throw new ApiException(
          ResultCode.INVALID_ARGUMENT, "the items together cost more than one payment can hold");
    }
  }

  private static void requireAll(WantedItems wanted, List<Sku> found) {
    Set<Long> missing = new TreeSet<>(wanted.counts().keySet());
    found.forEach(sku -> missing.remove(sku.skuId()));
    if (!missing.isEmpty()) {
      throw new ApiException(
          ResultCode.INVALID_ARGUMENT,
          "not on sale: sku "
              + missing.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
  }

  private static void requireOneCurrency(List<Sku> found) {
    Set<String> currencies = found.stream().map(Sku::currency).collect(Collectors.toSet());
    if (currencies.size() > 1) {
      throw new ApiException(
          ResultCode.INVALID_ARGUMENT,
          "the items are priced in several currencies (%s): submit them one by one"
              .formatted(String.join(", ", new TreeSet<>(currencies))));
    }
  }

  private long nextId() {
    try {
      return orderIds.next();
    } catch (SegmentIdsExhaustedException e) {
      throw ApiException.unavailable("no order can be numbered now; try again later", e);
    }
  }
}
