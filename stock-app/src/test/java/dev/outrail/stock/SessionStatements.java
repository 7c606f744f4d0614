package dev.outrail.stock;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Counts what the server runs for a piece of work, on the work's own connection. */
public final class SessionStatements {

  private static final Set<String> KINDS =
      Set.of(
          "Com_select",
          "Com_insert",
          "Com_insert_select",
          "Com_update",
          "Com_update_multi",
          "Com_delete",
          "Com_delete_multi");

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  public SessionStatements(JdbcClient jdbc, PlatformTransactionManager transactionManager) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactionManager);
  }

  /** Does the work in one transaction; statements by kind, only the kinds that there were. */
  public Map<String, Long> of(Runnable work) {
    return transaction.execute(
        status -> {
          Map<String, Long> before = counters();
          work.run();
          Map<String, Long> after = counters();
          after.replaceAll((kind, count) -> count - before.get(kind));
          after.values().removeIf(count -> count == 0);
          return after;
        });
  }

  private Map<String, Long> counters() {
    return jdbc
        .sql("SHOW SESSION STATUS LIKE 'Com\\_%'")
        .query((row, n) -> Map.entry(row.getString(1), row.getLong(2)))
        .list()
        .stream()
        .filter(counter -> KINDS.contains(counter.getKey()))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, TreeMap::new));
  }
}
