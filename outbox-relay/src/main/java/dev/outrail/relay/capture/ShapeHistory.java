package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.document.Document;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.relational.ddl.DdlParser;
import io.debezium.relational.history.AbstractSchemaHistory;
import io.debezium.relational.history.HistoryRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What Debezium takes for its schema history: begins with the shapes that the relay was given, and
 * notes each later one with the place in the binlog where it begins to hold. Public because
 * Debezium creates it by its name; for {@link BinlogReader} only.
 *
 * <p>A DDL statement is a transaction of its own. A shape is handed out by {@link #due} together
 * with the first event whose GTID set contains that statement, so that a position before it is
 * never stored with the shape behind it, nor the other way round.
 *
 * <p>Shapes without a memory of their own (first start, a position that was set by hand) are those
 * that the server had at {@link TableShapes#readAt()}. If a statement from before that point
 * changes an outbox table, it is not known which shape the rows before it had, and reading ends
 * there.
 *
 * <p>Everything but {@link #begin} runs on Debezium's threads, one after the other.
 */
public final class ShapeHistory extends AbstractSchemaHistory {

  /** A shape, and the GTID set before the statement that made it. */
  private record Change(TableShapes shapes, String before) {}

  private static final Pattern DATABASE_DDL =
      Pattern.compile(
          "\\b(?:CREATE|ALTER)\\b.*?\\b(?:DATABASE|SCHEMA)\\b", Pattern.CASE_INSENSITIVE);

  /**
   * What the history is given.
   *
   * @param forget makes Debezium forget what it derived from a table's shape
   */
  private record Beginning(
      TableShapes shapes,
      Map<String, String> variables,
      DdlFilter ddl,
      OutboxNames outboxes,
      Consumer<TableId> forget) {}

  private final ArrayDeque<Change> changes = new ArrayDeque<>();
  private @Nullable Beginning beginning;
  private @Nullable TableShapes latest;
  private @Nullable Tables tables;
  private @Nullable MySqlAntlrDdlParser parser;

  /** For Debezium. */
  public ShapeHistory() {}

  /** Must come before the reading starts. */
  void begin(
      TableShapes shapes,
      Map<String, String> variables,
      OutboxNames outboxes,
      Consumer<TableId> forget) {
    this.beginning = new Beginning(shapes, variables, new DdlFilter(outboxes), outboxes, forget);
    this.latest = shapes;
  }

  /**
   * The shapes that hold from this event on, if they have changed since the last call.
   *
   * @param completed the GTID set before the event
   */
  @Nullable TableShapes due(@Nullable String completed) {
    return due(completed == null ? null : Completed.of(completed));
  }

  /** The same; the set is not looked at if nothing has changed. */
  @Nullable TableShapes due(@Nullable Completed completed) {
    TableShapes due = null;
    for (Change next = changes.peek();
        next != null && (completed == null || !next.before().equals(completed.text()));
        next = changes.peek()) {
      due = next.shapes();
      changes.remove();
    }
    return due;
  }

  /**
   * Takes note of a shape that Debezium was given just now because rows have it.
   *
   * @param before the GTID set before the transaction with these rows
   */
  void corrected(String before) {
    Beginning from = beginning;
    Tables all = tables;
    MySqlAntlrDdlParser mysql = parser;
    TableShapes known = latest;
    if (from == null || all == null || mysql == null || known == null) {
      throw new IllegalStateException("No shapes to correct");
    }
    TableShapes shapes = current(all, mysql, from, known.readAt());
    if (!shapes.equals(known)) {
      latest = shapes;
      changes.add(new Change(shapes, before));
    }
  }

  @Override
  public void recover(Map<Map<String, ?>, Map<String, ?>> offsets, Tables into, DdlParser ddl) {
    Beginning from = beginning;
    if (from == null) {
      throw new IllegalStateException("No shapes to begin with");
    }
    MySqlAntlrDdlParser mysql = (MySqlAntlrDdlParser) ddl;
    ShapeReader.apply(from.variables(), mysql.systemVariables());
    mysql.charsetNameForDatabase().putAll(from.shapes().charsets());
    from.shapes().tables().forEach(into::overwriteTable);
    this.tables = into;
    this.parser = mysql;
  }

  /**
   * Called after each statement that {@link DdlFilter} lets through, on the binlog thread. (And for
   * what {@link #forgetStrangers} does itself; that has no position.)
   */
  @Override
  protected void storeRecord(HistoryRecord statement) {
    Document document = statement.document();
    Document position = document.getDocument(HistoryRecord.Fields.POSITION);
    String before = position == null ? null : position.getString("gtids");
    Beginning from = beginning;
    Tables all = tables;
    MySqlAntlrDdlParser mysql = parser;
    if (before == null || from == null || all == null || mysql == null) {
      return;
    }
    String ddl = String.valueOf(document.getString(HistoryRecord.Fields.DDL_STATEMENTS));
    followDatabaseCollation(mysql, ddl);
    changed(all, mysql, from, before, ddl);
  }

  /**
   * Forgets the shapes that a statement may have changed that is not understood.
   *
   * @param ddl as the parser was given it
   * @param database the session's
   * @param before the GTID set before the statement
   */
  void lost(String ddl, String database, String before) {
    Beginning from = beginning;
    Tables all = tables;
    MySqlAntlrDdlParser mysql = parser;
    if (from == null || all == null || mysql == null) {
      throw new IllegalStateException("No shapes to forget");
    }
    for (TableId id : List.copyOf(all.tableIds())) {
      if (from.ddl().isAbout(ddl, database, id.catalog(), id.table())) {
        all.removeTable(id);
      }
    }
    changed(all, mysql, from, before, ddl);
  }

  private void changed(
      Tables all, MySqlAntlrDdlParser mysql, Beginning from, String before, String ddl) {
    forgetStrangers(all, from);
    keepGeneratedKeysFirst(all);
    TableShapes shapes = current(all, mysql, from, null);
    if (shapes.equals(latest)) {
      return;
    }
    requireBehindReading(before, ddl);
    latest = shapes;
    changes.add(new Change(shapes, before));
  }

  private void keepGeneratedKeysFirst(Tables all) {
    if (latest == null) {
      return;
    }
    for (Table before : latest.tables()) {
      Table after = all.forTable(before.id());
      if (after == null) {
        continue;
      }
      Table kept = GeneratedKey.keptFirst(before, after);
      if (kept == null) {
        all.removeTable(after.id());
      } else if (kept != after) {
        all.overwriteTable(kept);
      }
    }
  }

  /**
   * A table under another name than {@link DdlFilter} lets through may be altered unseen; should it
   * ever become an outbox table, its shape must count as unknown. And where an outbox table is no
   * more, or is a stranger under that name, Debezium must not go on with the shape of the former.
   */
  private static void forgetStrangers(Tables all, Beginning from) {
    for (TableId id : List.copyOf(all.tableIds())) {
      if (!from.ddl().follows(id.table())) {
        all.removeTable(id);
      }
    }
    for (TableName outbox : from.outboxes().tables()) {
      TableId id = new TableId(outbox.schema(), null, outbox.table());
      if (all.forTable(id) == null) {
        from.forget().accept(id);
      }
    }
  }

  /**
   * {@code ALTER DATABASE … COLLATE …} changes the default character set, too; the parser takes
   * note of that only if it knows none yet.
   */
  private static void followDatabaseCollation(MySqlAntlrDdlParser mysql, String ddl) {
    if (!DATABASE_DDL.matcher(ddl).find()) {
      return;
    }
    Map<String, String> known = Map.copyOf(mysql.charsetNameForDatabase());
    mysql.charsetNameForDatabase().clear();
    mysql.parse(ddl, new Tables());
    known.forEach(mysql.charsetNameForDatabase()::putIfAbsent);
  }

  private static TableShapes current(
      Tables all, MySqlAntlrDdlParser mysql, Beginning from, @Nullable String readAt) {
    return new TableShapes(
        from.outboxes().tables(),
        mysql.charsetNameForDatabase().entrySet().stream()
            .filter(database -> from.outboxes().haveSchema(database.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
        all.tableIds().stream()
            .filter(id -> from.outboxes().haveSchema(id.catalog()))
            .map(all::forTable)
            .toList(),
        readAt);
  }

  private void requireBehindReading(String before, String ddl) {
    String readAt = latest == null ? null : latest.readAt();
    if (readAt == null || GtidSets.contains(before, readAt)) {
      return;
    }
    throw new HaltException(
        ("The outbox table was changed by '%s' after the recorded position and before the relay first looked at the table,"
                + " so the shape of the rows before that statement is not known.")
            .formatted(CaptureFailures.shortened(ddl)),
        "Rows before it were read with the shape behind it; compare them with the topic. Go on with 'relay position set"
            + " --gtids <a GTID set that contains this statement> --execute' (set before the statement: %s), and bring what"
                .formatted(before)
            + " is missing with 'relay replay --from <time> --to <time>'.");
  }

  @Override
  protected void recoverRecords(Consumer<HistoryRecord> records) {
    // everything is done by recover()
  }

  @Override
  public boolean exists() {
    return true;
  }

  @Override
  public boolean storageExists() {
    return true;
  }
}
