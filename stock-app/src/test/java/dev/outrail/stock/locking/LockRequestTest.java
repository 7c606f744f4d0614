package dev.outrail.stock.locking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.mall.api.ApiException;
import dev.outrail.stock.ledger.HeldStock;
import dev.outrail.stock.locking.LockRequest.Item;
import dev.outrail.stock.locking.LockRequest.Order;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LockRequestTest {

  private static final Item POT = new Item(501, 2);

  @Test
  void eachItemOfEachOrderIsALock() {
    LockRequest request =
        new LockRequest(
            List.of(new Order(1, List.of(POT, new Item(502, 1))), new Order(2, List.of(POT))));

    assertThat(request.locks())
        .containsExactly(
            HeldStock.locked(1, 501, 2), HeldStock.locked(1, 502, 1), HeldStock.locked(2, 501, 2));
  }

  @Test
  void asManyAsAllowedPass() {
    assertThat(request(100, 100).locks()).hasSize(10_000);
  }

  @Test
  void listsThatAreMissingEmptyOrTooLongAreRefused() {
    assertRefused(new LockRequest(null), "orders must list at least one");
    assertRefused(new LockRequest(List.of()), "orders must list at least one");
    assertRefused(request(101, 1), "orders has 101 entries, at most 100");
    assertRefused(orders(new Order(1, null)), "items of order 1 must list at least one");
    assertRefused(orders(new Order(1, List.of())), "items of order 1 must list at least one");
    assertRefused(request(1, 101), "items of order 1 has 101 entries, at most 100");
    assertRefused(new LockRequest(Arrays.asList((Order) null)), "orders must not contain null");
    assertRefused(
        orders(new Order(1, Arrays.asList((Item) null))), "items of order 1 must not contain null");
  }

  @Test
  void numbersThatAreNotPositiveAreRefused() {
    assertRefused(orders(new Order(0, List.of(POT))), "orderId must be 1 or more");
    assertRefused(orders(new Order(1, List.of(new Item(-1, 1)))), "skuId must be 1 or more");
    assertRefused(orders(new Order(1, List.of(new Item(1, 0)))), "count must be 1 or more");
  }

  @Test
  void whatIsNamedTwiceIsRefused() {
    assertRefused(orders(new Order(1, List.of(POT, POT))), "items of order 1 name SKU 501 twice");
    assertRefused(
        orders(new Order(1, List.of(POT)), new Order(1, List.of(POT))), "names order 1 twice");
  }

  private static LockRequest orders(Order... orders) {
    return new LockRequest(List.of(orders));
  }

  private static LockRequest request(int orders, int items) {
    return new LockRequest(
        LongStream.rangeClosed(1, orders)
            .mapToObj(
                order ->
                    new Order(
                        order,
                        LongStream.rangeClosed(1, items)
                            .mapToObj(sku -> new Item(sku, 1))
                            .toList()))
            .toList());
  }

  private static void assertRefused(LockRequest request, String why) {
    assertThatThrownBy(request::locks)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(why)
        .extracting(e -> ((ApiException) e).code().code())
        .isEqualTo("A00002");
  }
}
