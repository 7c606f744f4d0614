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
 * @param deadAfter how long the server may send nothing before its connection counts as dead
 * @param queueMaxEvents events read ahead, at most
 * @param queueMaxBytes bytes read ahead, about
 */
public record CaptureSettings(
    String relayName,
    MySqlServer server,
    List<TableName> tables,
    ServerId serverId,
    Duration deadAfter,
    int queueMaxEvents,
    long queueMaxBytes) {

  /** How often an idle server is asked to say that it lives: three times may get lost. */
  private Duration heartbeat() {
    return deadAfter.dividedBy(4);
  }

  Map<String, String> connectorProperties() {
    Map<String, String> properties = new HashMap<>();
    properties.put("name", relayName);
    properties.put("connector.class", "io.debezium.connector.mysql.MySqlConnector");
    properties.put("topic.prefix", "outrail-relay-" + relayName);
    properties.put("task.id", "0");
    properties.putAll(server.connectorProperties());
    properties.put("database.server.id", Long.toString(serverId.value()));
    properties.put(
        "database.include.list", alternatives(tables.stream().map(TableName::schema).toList()));
    properties.put(
        "table.include.list",
        tables.stream()
            .map(table -> Pattern.quote(table.schema()) + "\\." + Pattern.quote(table.table()))
            .collect(Collectors.joining(",")));

    // Position and shapes come from Kafka and are given to the history: no snapshot, no file. The
    // relay has compared the position with the server itself; see HistoryCheck
    properties.put("snapshot.mode", "no_data");
    properties.put("internal.log.position.check.enable", "false");
    properties.put("schema.history.internal", ShapeHistory.class.getName());
    properties.put("schema.history.internal.store.only.captured.tables.ddl", "false");
    properties.put("schema.history.internal.store.only.captured.databases.ddl", "true");
    properties.put("include.schema.changes", "false");

    // Inserts only: rows are never updated, and purging them is not an event
    properties.put("skipped.operations", "u,d,t");
    properties.put("tombstones.on.delete", "false");

    // The relay itself decides about new attempts
    properties.put("connect.keep.alive", "false");
    // Debezium asks the server for a heartbeat at four fifths of this
    properties.put("connect.keep.alive.interval.ms", Long.toString(heartbeat().toMillis() * 5 / 4));
    properties.put("use.nongraceful.disconnect", "true");
    return properties;
  }

  private static String alternatives(List<String> names) {
    return names.stream().distinct().map(Pattern::quote).collect(Collectors.joining(","));
  }
}
