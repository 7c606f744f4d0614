package dev.outrail.order;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.outbox.JdbcOutbox;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.tracing.TraceContextSource;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * The application's database by one connection of its own, whose statements the server counts apart
 * from all others.
 */
public final class OneConnection implements AutoCloseable {

  private final SingleConnectionDataSource connection;
  private final JdbcClient jdbc;

  public OneConnection(Environment settings) {
    connection =
        new SingleConnectionDataSource(
            settings.getRequiredProperty("spring.datasource.url"),
            settings.getRequiredProperty("spring.datasource.username"),
            settings.getRequiredProperty("spring.datasource.password"),
            true);
    jdbc = JdbcClient.create(connection);
  }

  public DataSource dataSource() {
    return connection;
  }

  public JdbcClient jdbc() {
    return jdbc;
  }

  public Inbox inbox() {
    return new JdbcInbox(connection, new JdbcTransactionManager(connection));
  }

  public Outbox outbox() {
    return new JdbcOutbox(connection, TraceContextSource.none());
  }

  /** How many statements of each kind the work ran, but for those that it ran none of. */
  public Map<String, Long> statements(Runnable work) {
    Map<String, Long> before = counters();
    work.run();
    Map<String, Long> after = counters();
    before.forEach((kind, count) -> after.merge(kind, -count, Long::sum));
    after.values().removeIf(count -> count == 0);
    after.remove("Com_show_status");
    return after;
  }

  private Map<String, Long> counters() {
    Map<String, Long> counters = new TreeMap<>();
    jdbc.sql(
            "SHOW SESSION STATUS WHERE Variable_name IN ('Com_select', 'Com_insert', 'Com_insert_select', 'Com_update', 'Com_update_multi', 'Com_delete', 'Com_commit', 'Com_rollback')")
        .query(
            row -> {
              counters.put(row.getString(1), row.getLong(2));
            });
    return counters;
  }

  @Override
  public void close() {
    connection.destroy();
  }
}
