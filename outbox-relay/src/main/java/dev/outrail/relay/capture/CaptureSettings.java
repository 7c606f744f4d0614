package dev.outrail.relay.capture;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the binlog is read.
 *
 * @param serverId the id under which the relay appears among the server's replicas; unique there
 * @param heartbeat how often an idle server says that it is alive; four of them missing end the
 *     connection
 * @param queueMaxEvents events read ahead, at most
 * @param queueMaxBytes bytes read ahead, about
 */
public record CaptureSettings(
    String relayName,
    MySqlServer server,
    List<TableName> tables,
    long serverId,
    Duration heartbeat,
    int queueMaxEvents,
    long queueMaxBytes) {

  /**
   * DDL that does not mention an outbox table is not parsed at all, so it cannot stop the relay.
   */
  private static final String ANY_DDL_WITHOUT = "(?s)^(?!.*(%s)).*$";

  Duration silenceLimit() {
    return heartbeat.multipliedBy(4).plusSeconds(10);
  }

  Map<String, String> connectorProperties() {
    Map<String, String> properties = new HashMap<>();
    properties.put("name", relayName);
    properties.put("connector.class", "io.debezium.connector.mysql.MySqlConnector");
    properties.put("topic.prefix", "outrail-relay-" + relayName);
    properties.put("task.id", "0");
    properties.putAll(server.connectorProperties());
    properties.put("database.server.id", Long.toString(serverId));
    properties.put(
        "database.include.list", alternatives(tables.stream().map(TableName::schema).toList()));
    properties.put(
        "table.include.list",
        tables.stream()
            .map(table -> Pattern.quote(table.schema()) + "\\." + Pattern.quote(table.table()))
            .collect(Collectors.joining(",")));

    // The position comes from Kafka, the shape of the tables from the server: no file, no memory
    properties.put("snapshot.mode", "recovery");
    properties.put("snapshot.locking.mode", "none");
    properties.put("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory");
    properties.put("schema.history.internal.store.only.captured.tables.ddl", "true");
    properties.put("schema.history.internal.store.only.captured.databases.ddl", "true");
    properties.put(
        "schema.history.internal.ddl.filter",
        ANY_DDL_WITHOUT.formatted(
            tables.stream()
                .map(table -> Pattern.quote(table.table()))
                .distinct()
                .collect(Collectors.joining("|"))));
    properties.put("include.schema.changes", "false");

    // Inserts only: rows are never updated, and purging them is not an event
    properties.put("skipped.operations", "u,d,t");
    properties.put("tombstones.on.delete", "false");

    // Everything goes through the hand-off; the relay itself decides about new attempts
    properties.put("queue.provider.type", HandOffQueue.NAME);
    properties.put("errors.max.retries", "0");
    properties.put("connect.keep.alive", "false");
    properties.put("connect.keep.alive.interval.ms", Long.toString(heartbeat.toMillis() * 5 / 4));
    properties.put("heartbeat.interval.ms", "500");
    properties.put("use.nongraceful.disconnect", "true");
    properties.put("executor.shutdown.timeout.ms", "2000");
    return properties;
  }

  private static String alternatives(List<String> names) {
    return names.stream().distinct().map(Pattern::quote).collect(Collectors.joining(","));
  }
}
