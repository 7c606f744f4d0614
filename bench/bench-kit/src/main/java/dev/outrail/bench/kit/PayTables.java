package dev.outrail.bench.kit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The business side of a payment, the same for every contender: what payment-app does when money
 * has come in, without the outbox.
 */
public final class PayTables {

  /** Tables of the writer's database; run it with that database chosen. */
  public static final String DDL =
      """
      CREATE TABLE pay_info (
        pay_id       BIGINT PRIMARY KEY,
        user_id      BIGINT NOT NULL,
        pay_amount   BIGINT NOT NULL,
        pay_status   TINYINT NOT NULL DEFAULT 0,
        confirm_time TIMESTAMP(3) NULL);
      CREATE TABLE paid_order (
        order_id BIGINT PRIMARY KEY,
        pay_id   BIGINT NOT NULL,
        KEY idx_pay (pay_id));
      """;

  private static final String LOCK = "SELECT pay_status FROM pay_info WHERE pay_id = ? FOR UPDATE";
  private static final String PAY =
      "UPDATE pay_info SET pay_status = 1, confirm_time = NOW(3) WHERE pay_id = ? AND pay_status = 0";
  private static final String CLAIM = "INSERT INTO paid_order (order_id, pay_id) VALUES (?, ?)";

  private PayTables() {}

  /**
   * The SQL that makes payments {@code first} to {@code first + count - 1} wait for their money,
   * with the writer's database chosen.
   */
  public static String waiting(long first, long count) {
    return """
        SET SESSION cte_max_recursion_depth = 100000000;
        INSERT INTO pay_info (pay_id, user_id, pay_amount)
        WITH RECURSIVE number (n) AS (SELECT %d UNION ALL SELECT n + 1 FROM number WHERE n < %d)
        SELECT n, n %% 1000, 1000 + n FROM number;
        """
        .formatted(first, first + count - 1);
  }

  /**
   * Three statements in the connection's transaction, which the caller commits.
   *
   * @throws IllegalStateException if there is no such payment, or it is paid already
   */
  public static void pay(Connection connection, Payment payment) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
      lock.setLong(1, payment.seq());
      try (ResultSet row = lock.executeQuery()) {
        if (!row.next() || row.getInt(1) != 0) {
          throw new IllegalStateException("Payment " + payment.seq() + " does not wait for money");
        }
      }
    }
    try (PreparedStatement pay = connection.prepareStatement(PAY)) {
      pay.setLong(1, payment.seq());
      if (pay.executeUpdate() != 1) {
        throw new IllegalStateException("Payment " + payment.seq() + " was paid meanwhile");
      }
    }
    try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      claim.setLong(1, payment.seq());
      claim.setLong(2, payment.seq());
      claim.executeUpdate();
    }
  }
}
