package dev.outrail.bench.outrail.consumer;

import java.util.List;
import java.util.stream.Collectors;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The effect of payments: their orders are paid. One statement, however many there are, in the
 * caller's transaction. Applies what it is told; that nothing is applied twice is up to the caller.
 * Thread-safe.
 */
final class PaidOrders {

  private static final String PAY =
      """
      UPDATE orders
      SET status = 2, is_payed = 1, pay_id = order_id, pay_time = NOW(6), times_paid = times_paid + 1
      WHERE order_id = :orderId
      """;

  /** By their keys, in the order given: IN with many ids may scan instead. */
  private static final String PAY_MANY =
      """
      UPDATE JSON_TABLE(:orderIds, '$[*]' COLUMNS (order_id BIGINT PATH '$')) AS paid
      STRAIGHT_JOIN orders AS o FORCE INDEX (PRIMARY) ON o.order_id = paid.order_id
      SET o.status = 2, o.is_payed = 1, o.pay_id = o.order_id, o.pay_time = NOW(6),
          o.times_paid = o.times_paid + 1
      """;

  private final JdbcClient jdbc;

  PaidOrders(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void pay(List<ArrivedPayment> payments) {
    int changed =
        payments.size() == 1
            ? jdbc.sql(PAY).param("orderId", payments.get(0).seq()).update()
            : jdbc.sql(PAY_MANY).param("orderIds", orderIds(payments)).update();
    if (changed != payments.size()) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "%d orders were paid, expected %d: %s".formatted(changed, payments.size(), payments));
    }
  }

  private static String orderIds(List<ArrivedPayment> payments) {
    return payments.stream()
        .map(payment -> Long.toString(payment.seq()))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
