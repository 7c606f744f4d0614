package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.launch.MallClient;
import dev.outrail.launch.ProviderNotices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a user, the provider and time do to orders, in a mall whose provider waits for the test. */
final class Shop {

  /** Keeps the sandbox from confirming by itself. */
  static final String PROVIDER_WAITS = "--outrail.payment.sandbox.confirm-after=1h";

  private final RunningMall mall;
  private final JdbcClient jdbc;
  private final ProviderNotices provider;

  Shop(RunningMall mall) {
    this.mall = mall;
    this.jdbc = mall.jdbc();
    this.provider = new ProviderNotices(mall.mall());
  }

  /** A SKU that costs ten, and so many pieces of it. */
  void offer(long sku, long shop, int pieces) {
    jdbc.sql(
            """
            INSERT INTO mall4cloud_order.sku (sku_id, shop_id, sku_name, price)
            VALUES (:sku, :shop, 'Sample', 1000)
            """)
        .param("sku", sku)
        .param("shop", shop)
        .update();
    jdbc.sql(
            """
            INSERT INTO mall4cloud_stock.sku_stock (sku_id, stock, lock_stock, actual_stock)
            VALUES (:sku, :pieces, 0, :pieces)
            """)
        .param("sku", sku)
        .param("pieces", pieces)
        .update();
  }

  /** Submits, and expects that it is accepted. */
  List<Long> submit(Map<Long, Integer> pieces) {
    MallClient.Answer answer = mall.client().submit(UUID.randomUUID().toString(), pieces);
    assertThat(answer.body().toString()).startsWith("{\"code\":\"00000\"");
    List<Long> orderIds = new ArrayList<>();
    answer.data().forEach(id -> orderIds.add(id.asLong()));
    return orderIds;
  }

  long submitOne(long sku, int pieces) {
    return submit(Map.of(sku, pieces)).get(0);
  }

  /** The provider says that the payment succeeded; how it was answered. */
  int confirm(long payId) {
    return provider.confirm(payId, amount(payId));
  }

  private long amount(long payId) {
    return jdbc.sql("SELECT pay_amount FROM mall4cloud_payment.pay_info WHERE pay_id = :payId")
        .param("payId", payId)
        .query(Long.class)
        .single();
  }

  /** Half an hour and a bit passes for an order. */
  void letTimePass(long orderId) {
    jdbc.sql(
            """
            UPDATE mall4cloud_order.orders SET create_time = create_time - INTERVAL 31 MINUTE
            WHERE order_id = :orderId
            """)
        .param("orderId", orderId)
        .update();
  }

  void awaitClosed(long orderId, String reason) {
    mall.await(
        "order " + orderId + " closed for " + reason,
        () -> assertThat(order(orderId)).isEqualTo("6 " + reason));
  }

  /** Status, and why it is closed. */
  String order(long orderId) {
    return jdbc.sql(
            """
            SELECT CONCAT_WS(' ', status, close_reason) FROM mall4cloud_order.orders
            WHERE order_id = :orderId
            """)
        .param("orderId", orderId)
        .query(String.class)
        .single();
  }

  /** Free, locked and sold pieces. */
  List<Integer> stock(long sku) {
    return jdbc.sql(
            "SELECT stock, lock_stock, sold FROM mall4cloud_stock.sku_stock WHERE sku_id = :sku")
        .param("sku", sku)
        .query((row, n) -> List.of(row.getInt(1), row.getInt(2), row.getInt(3)))
        .single();
  }

  void awaitStock(long sku, int free, int locked, int sold) {
    mall.await(
        "stock of SKU " + sku, () -> assertThat(stock(sku)).isEqualTo(List.of(free, locked, sold)));
  }

  void awaitPayStatus(long payId, int status) {
    mall.await(
        "payment " + payId + " with status " + status,
        () -> assertThat(mall.payStatus(payId)).isEqualTo(status));
  }

  /** What the provider has paid back for a payment. */
  long paidBack(long payId) {
    return jdbc.sql(
            """
            SELECT COALESCE(SUM(amount), 0) FROM mall4cloud_payment.sandbox_refund
            WHERE pay_id = :payId
            """)
        .param("payId", payId)
        .query(Long.class)
        .single();
  }
}
