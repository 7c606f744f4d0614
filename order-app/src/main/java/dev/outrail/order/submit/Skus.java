package dev.outrail.order.submit;

import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads what is on sale. */
@Component
final class Skus {

  private static final String ON_SALE =
      """
      SELECT sku_id, shop_id, sku_name, price, currency
      FROM sku
      WHERE sku_id IN (:skuIds) AND on_sale = 1
      ORDER BY sku_id
      """;

  private final JdbcClient jdbc;

  Skus(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Those that can be ordered, by ascending id; {@code skuIds} must not be empty. */
  List<Sku> onSale(Collection<Long> skuIds) {
    return jdbc.sql(ON_SALE)
        .param("skuIds", skuIds)
        .query(
            (row, n) ->
                new Sku(
                    row.getLong("sku_id"),
                    row.getLong("shop_id"),
                    row.getString("sku_name"),
                    row.getLong("price"),
                    row.getString("currency")))
        .list();
  }
}
