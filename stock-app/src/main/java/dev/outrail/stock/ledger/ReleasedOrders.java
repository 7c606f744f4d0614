package dev.outrail.stock.ledger;

import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tombstones of closed orders: nothing is locked for them any more. Each method is one statement in
 * the caller's transaction.
 */
@Component
public final class ReleasedOrders {

  private static final String ADD =
      """
      INSERT INTO released_order (order_id)
      SELECT order_id FROM JSON_TABLE(:orderIds, '$[*]' COLUMNS (order_id BIGINT PATH '$')) AS closed
      ON DUPLICATE KEY UPDATE released_order.order_id = released_order.order_id
      """;

  private static final String AMONG =
      """
      SELECT released.order_id
      FROM JSON_TABLE(:orderIds, '$[*]' COLUMNS (order_id BIGINT PATH '$')) AS wanted
      STRAIGHT_JOIN released_order released FORCE INDEX (PRIMARY)
        ON released.order_id = wanted.order_id
      FOR SHARE OF released
      """;

  private final JdbcClient jdbc;

  ReleasedOrders(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Adds tombstones; an order that has one keeps it. Before {@link OrderLocks#take}. */
  public void add(Collection<Long> orderIds) {
    jdbc.sql(ADD).param("orderIds", Rows.ids(orderIds)).update();
  }

  /**
   * Those of the orders that have a tombstone; waits for one that is being written. After {@link
   * OrderLocks#add}.
   */
  public List<Long> among(Collection<Long> orderIds) {
    return jdbc.sql(AMONG).param("orderIds", Rows.ids(orderIds)).query(Long.class).list();
  }
}
