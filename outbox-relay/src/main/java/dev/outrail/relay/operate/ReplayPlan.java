package dev.outrail.relay.operate;

import dev.outrail.relay.capture.CreatedAt;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.Sorting;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a replay would publish; the dry run. Reads only, in short transactions of their own, and
 * does not need the relay's thread. Immutable.
 */
public final class ReplayPlan {

  private static final int NETWORK_PATIENCE_MS = 600_000;
  private static final int IDS_AT_ONCE = 1_000;

  private static final Comparator<ReplayReport.End> BY_AGE =
      Comparator.comparing(
              (ReplayReport.End end) -> Objects.requireNonNullElse(end.createdAt(), Instant.EPOCH))
          .thenComparing(ReplayReport.End::id);

  private final ReplaySelection selection;
  private final List<ReplayTable> tables;
  private final ReplayReport report;

  private ReplayPlan(ReplaySelection selection, List<ReplayTable> tables, ReplayReport report) {
    this.selection = selection;
    this.tables = tables;
    this.report = report;
  }

  /**
   * Looks at the tables and counts. Scans them unless ids are given; see the README for what an
   * index spares.
   *
   * @param tables the relay's outbox tables
   * @throws OperationRefusedException if the selection names a database that is not relayed, asks
   *     for a time where the table has none, or MySQL does not answer
   */
  public static ReplayPlan of(
      MySqlServer server, List<TableName> tables, ReplaySelection selection) {
    List<TableName> chosen = chosen(tables, selection.schema());
    try (Connection connection = connect(server)) {
      List<ReplayTable> ordered = new ArrayList<>();
      List<ReplayTable.Summary> summaries = new ArrayList<>();
      for (TableName name : chosen) {
        ReplayTable table = ReplayTable.inspect(server, connection, name);
        requireTime(table, selection);
        ReplayTable.Summary summary = summary(connection, table, selection);
        ordered.add(
            table.orderedByTime(
                table.createdAt() != null && (table.indexedByTime() || !summary.onlyVersion7())));
        summaries.add(summary);
      }
      return new ReplayPlan(
          selection,
          List.copyOf(ordered),
          report(ordered, summaries, missing(connection, ordered, selection.ids())));
    } catch (SQLException e) {
      throw OperationRefusedException.notConnected(
          "The outbox tables cannot be read (%s).".formatted(e.getMessage()),
          "Check that MySQL is reachable, then ask again; nothing was changed.");
    }
  }

  /** The dry run's answer. */
  public ReplayReport report() {
    return report;
  }

  public ReplaySelection selection() {
    return selection;
  }

  List<ReplayTable> tables() {
    return tables;
  }

  static Connection connect(MySqlServer server) throws SQLException {
    Connection connection = server.connect();
    connection.setNetworkTimeout(Runnable::run, NETWORK_PATIENCE_MS);
    return connection;
  }

  /**
   * The tables that are meant.
   *
   * @param schema null for all
   * @throws OperationRefusedException if the relay does not read that database
   */
  public static List<TableName> chosen(List<TableName> tables, @Nullable String schema) {
    if (schema == null) {
      return tables;
    }
    List<TableName> chosen =
        tables.stream().filter(table -> table.schema().equals(schema)).toList();
    if (chosen.isEmpty()) {
      throw OperationRefusedException.invalid(
          "The relay does not read a database '%s'.".formatted(schema),
          "It reads %s."
              .formatted(tables.stream().map(TableName::schema).collect(Collectors.joining(", "))));
    }
    return chosen;
  }

  private static ReplayTable.Summary summary(
      Connection connection, ReplayTable table, ReplaySelection selection) throws SQLException {
    try {
      return table.summary(connection, selection);
    } catch (SQLException e) {
      Problem sorting = Sorting.problem(e, table.table());
      if (sorting != null) {
        throw OperationRefusedException.wrongState(sorting.what(), sorting.remedy());
      }
      throw e;
    }
  }

  private static void requireTime(ReplayTable table, ReplaySelection selection) {
    if (table.createdAt() != null || (selection.from() == null && selection.to() == null)) {
      return;
    }
    CreatedAt time = table.time();
    Problem problem = time == null ? null : time.unusable(table.table());
    throw problem == null
        ? OperationRefusedException.invalid(
            "%s has no column created_at, so its rows cannot be selected by time."
                .formatted(table.table()),
            "Select by id, key, type or topic, or name another schema.")
        : OperationRefusedException.invalid(
            "Rows cannot be selected by time: " + problem.what(),
            problem.remedy() + " Or select by id, key, type, topic or schema.");
  }

  private static List<String> missing(
      Connection connection, List<ReplayTable> tables, List<String> ids) throws SQLException {
    Set<String> present = new LinkedHashSet<>();
    for (int begin = 0; begin < ids.size(); begin += IDS_AT_ONCE) {
      List<String> some = ids.subList(begin, Math.min(ids.size(), begin + IDS_AT_ONCE));
      for (ReplayTable table : tables) {
        table.present(connection, some).forEach(id -> present.add(id.toLowerCase(Locale.ROOT)));
      }
    }
    return ids.stream().filter(id -> !present.contains(id.toLowerCase(Locale.ROOT))).toList();
  }

  private static ReplayReport report(
      List<ReplayTable> tables, List<ReplayTable.Summary> summaries, List<String> missing) {
    Map<List<String>, Long> counts = new LinkedHashMap<>();
    summaries.stream()
        .flatMap(summary -> summary.groups().stream())
        .forEach(
            group -> counts.merge(List.of(group.topic(), group.type()), group.count(), Long::sum));
    return new ReplayReport(
        ReplayReport.State.DRY_RUN,
        null,
        summaries.stream().mapToLong(ReplayTable.Summary::rows).sum(),
        summaries.stream().mapToLong(ReplayTable.Summary::bytes).sum(),
        0,
        counts.entrySet().stream()
            .map(
                entry ->
                    new ReplayReport.Group(
                        entry.getKey().get(0), entry.getKey().get(1), entry.getValue()))
            .toList(),
        ends(summaries, ReplayTable.Summary::first).min(BY_AGE).orElse(null),
        ends(summaries, ReplayTable.Summary::last).max(BY_AGE).orElse(null),
        missing,
        summaries.stream().mapToLong(ReplayTable.Summary::later).sum(),
        tables.stream()
            .map(
                table ->
                    "%s by %s"
                        .formatted(table.table(), table.byTime() ? "created_at and id" : "id"))
            .collect(Collectors.joining(", then ")));
  }

  private static Stream<ReplayReport.End> ends(
      List<ReplayTable.Summary> summaries,
      Function<ReplayTable.Summary, ReplayReport.@Nullable End> end) {
    return summaries.stream().map(end).flatMap(Stream::ofNullable);
  }
}
