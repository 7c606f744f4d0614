package dev.outrail.bench.contender.log;

import dev.outrail.bench.contender.Scene;
import dev.outrail.testbed.mysql.MySqlServer;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Debezium's MySQL connector is told. {@code database.ssl.mode} is left at Debezium's default
 * ({@code preferred}: TLS, as the server offers it) for all.
 */
final class ConnectorSettings {

  /**
   * Where to start is given as an offset; the shapes of the tables are taken from the server. The
   * queue is bounded by bytes: 8 192 events, Debezium's default, are more than the heap if they are
   * large.
   */
  static final ByMode COMMON =
      ByMode.always(
          Map.of(
              "snapshot.mode", "recovery",
              "max.queue.size.in.bytes", "67108864",
              "extended.headers.enabled", "false",
              "include.schema.changes", "false",
              "skipped.operations", "u,d,t",
              "schema.history.internal.store.only.captured.tables.ddl", "true",
              "schema.history.internal.store.only.captured.databases.ddl", "true"));

  /** The payload becomes the value, unchanged; the topic is the run's, whatever the row says. */
  static final ByMode ROUTER =
      ByMode.always(
          Map.of(
              "transforms", "outbox",
              "transforms.outbox.type", "io.debezium.transforms.outbox.EventRouter",
              "transforms.outbox.table.fields.additional.placement", "type:header:eventType"));

  private ConnectorSettings() {}

  /** What depends on the run; no tuning. */
  static Map<String, String> where(Scene scene, long serverId) {
    MySqlServer mysql = scene.servers().mysql();
    Map<String, String> settings = new TreeMap<>();
    settings.put("connector.class", "io.debezium.connector.mysql.MySqlConnector");
    settings.put("topic.prefix", scene.name());
    settings.put("database.hostname", mysql.host());
    settings.put("database.port", Integer.toString(mysql.port()));
    settings.put("database.user", mysql.rootUser());
    settings.put("database.password", mysql.rootPassword());
    settings.put("database.server.id", Long.toString(serverId));
    settings.put(
        "database.include.list",
        scene.databases().stream().map(Pattern::quote).collect(Collectors.joining(",")));
    settings.put(
        "table.include.list",
        scene.databases().stream()
            .map(database -> Pattern.quote(database) + "\\.outbox")
            .collect(Collectors.joining(",")));
    return settings;
  }

  /** The same for a connector with {@link #ROUTER}. */
  static Map<String, String> routed(Scene scene, long serverId) {
    Map<String, String> settings = where(scene, serverId);
    settings.put("transforms.outbox.route.topic.replacement", scene.topic());
    return settings;
  }
}
