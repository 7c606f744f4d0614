package dev.outrail.bench.kit;

/**
 * The consumer's side of a payment, the same for every contender: the order of payment {@code n}
 * has the id {@code n}, and the effect of the payment's event is that the order is paid.
 */
public final class OrderTables {

  /**
   * Tables of the consumer's database; run it with that database chosen. {@code times_paid} counts
   * what nothing keeps from happening twice but the consumer itself.
   */
  public static final String DDL =
      """
      CREATE TABLE orders (
        order_id   BIGINT PRIMARY KEY,
        user_id    BIGINT NOT NULL,
        total      BIGINT NOT NULL,
        status     TINYINT NOT NULL DEFAULT 1,
        is_payed   TINYINT NOT NULL DEFAULT 0,
        pay_id     BIGINT NULL,
        pay_time   TIMESTAMP(6) NULL,
        times_paid INT NOT NULL DEFAULT 0);
      """;

  private OrderTables() {}

  /**
   * The SQL that makes the orders of payments {@code first} to {@code first + count - 1} wait for
   * their payment, with the consumer's database chosen.
   */
  public static String waiting(long first, long count) {
    return """
        SET SESSION cte_max_recursion_depth = 100000000;
        INSERT INTO orders (order_id, user_id, total)
        WITH RECURSIVE number (n) AS (SELECT %d UNION ALL SELECT n + 1 FROM number WHERE n < %d)
        SELECT n, n %% 1000, 1000 + n FROM number;
        """
        .formatted(first, first + count - 1);
  }
}
