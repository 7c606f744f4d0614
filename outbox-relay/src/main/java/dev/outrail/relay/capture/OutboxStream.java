package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.event.XAPrepareEventData;
import dev.outrail.relay.capture.ReadTransactions.Transaction;
import dev.outrail.relay.problem.HaltException;
import io.debezium.connector.mysql.MySqlOffsetContext;
import io.debezium.connector.mysql.MySqlPartition;
import io.debezium.connector.mysql.MySqlStreamingChangeEventSource;
import io.debezium.pipeline.ErrorHandler;
import io.debezium.relational.TableId;
import io.debezium.util.Clock;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's reading of the binlog, with a shorter way for what the relay is there for: the rows of
 * the outbox tables go from the decoder into the hand-off, without the change events, offsets and
 * metrics that a connector makes of each. Connecting, the choice of where to begin, DDL, and what
 * else happens in a binlog are Debezium's as ever.
 *
 * <p>All events come on the binlog thread. The first failure ends the reading; it is reported to
 * the error handler.
 */
final class OutboxStream extends MySqlStreamingChangeEventSource {

  /** How often a binlog without outbox rows says how far it was read. */
  private static final long BEAT_NANOS = Duration.ofMillis(500).toNanos();

  /** The clock is asked once for so many events that lead to nothing. */
  private static final int GLANCE = 64;

  /** As the server writes it, whatever the client has said. */
  private static final String XA_START = "XA START ";

  /** What an event takes on the heap beside a row. */
  private static final int OVERHEAD = 1_024;

  private final HandOff<CapturedEvent> handOff;
  private final ShapeHistory history;
  private final ErrorHandler errors;
  private final OutboxNames names;
  private final FollowedDdl ddl;
  private final OutboxTables tables;
  private Consumer<Event> inside = event -> {};
  private @Nullable ReadTransactions transactions;
  private boolean stopped;
  private @Nullable Undecided undecided;
  private @Nullable Instant upTo;
  private long nextBeat = System.nanoTime() + BEAT_NANOS;
  private int glances;

  OutboxStream(
      DebeziumParts parts,
      ErrorHandler errors,
      HandOff<CapturedEvent> handOff,
      ShapeHistory history,
      OutboxNames names,
      ShapeReader present,
      @Nullable ZoneId createdAtZone) {
    super(
        parts.config(),
        parts.connection(),
        parts.dispatcher(),
        errors,
        Clock.system(),
        parts.context(),
        parts.schema(),
        parts.metrics(),
        null, // of snapshots, which are never made
        parts.client());
    this.handOff = handOff;
    this.history = history;
    this.errors = errors;
    this.names = names;
    this.ddl = new FollowedDdl(parts.schema(), history, names);
    this.tables =
        new OutboxTables(
            parts,
            names,
            history,
            new ServersWord(parts, errors, present, ddl, this::waiting),
            createdAtZone);
    parts.client().setEventDeserializer(new BinlogEvents(names::contains, this::handleInside));
  }

  @Override
  public void execute(
      ChangeEventSourceContext context, MySqlPartition partition, MySqlOffsetContext offset)
      throws InterruptedException {
    inside = event -> handleEvent(partition, getOffsetContext(), context, event);
    super.execute(context, partition, offset);
  }

  /** An event inside of a compressed transaction. */
  private void handleInside(Event event) {
    inside.accept(event);
  }

  /** Not called if the server has no GTIDs. */
  @Override
  protected void initializeGtidSet(String value) {
    super.initializeGtidSet(value);
    transactions = new ReadTransactions(value);
  }

  @Override
  protected void handleEvent(
      MySqlPartition partition,
      MySqlOffsetContext offset,
      ChangeEventSourceContext context,
      Event event) {
    if (stopped || errors.getProducerThrowable() != null) {
      return;
    }
    try {
      take(partition, offset, context, event);
    } catch (RuntimeException | Error e) {
      errors.setProducerThrowable(e);
    } catch (InterruptedException e) { // the hand-off is closed
      stopped = true;
      Thread.currentThread().interrupt();
    }
  }

  /** Debezium's figures about each event are asked by nobody. */
  @Override
  protected void onEvent(MySqlOffsetContext offset, Event event) {}

  private void take(
      MySqlPartition partition,
      MySqlOffsetContext offset,
      ChangeEventSourceContext context,
      Event event)
      throws InterruptedException {
    boolean skipped = event.getData() == BinlogEvents.SKIPPED;
    switch (event.getHeader().getEventType()) {
      case GTID, GTID_TAGGED -> begin(event);
      case ANONYMOUS_GTID -> beginAnonymous(event);
      case TABLE_MAP -> {
        if (!skipped) {
          tables.number(unwrapData(event));
        }
      }
      case WRITE_ROWS, EXT_WRITE_ROWS -> {
        if (!skipped) {
          WriteRowsEventData data = unwrapData(event);
          rows(columns(data.getTableId()), data.getIncludedColumns(), data.getRows());
        }
      }
      case UPDATE_ROWS, EXT_UPDATE_ROWS, PARTIAL_UPDATE_ROWS_EVENT -> {
        if (!skipped) {
          UpdateRowsEventData data = unwrapData(event);
          OutboxColumns columns = columns(data.getTableId());
          rows(
              columns,
              data.getIncludedColumns(),
              IdChanges.in(data, columns.idColumn(), columns.schema()));
        }
      }
      case XA_PREPARE -> prepared(unwrapData(event));
      case XID -> end();
      case QUERY -> {
        if (event.getData() != BinlogEvents.BEGUN) {
          query(partition, offset, event);
        }
      }
      case HEARTBEAT, HEARTBEAT_V2 -> beat(null);
      case EXECUTE_LOAD_QUERY -> {
        QueryEventData load = unwrapData(event);
        requireRows(load.getDatabase(), load.getSql());
      }
      case INCIDENT ->
          throw new HaltException(
              "MySQL says in its binlog that transactions are missing there (an incident event, behind "
                  + readSoFar()
                  + "): it could not write them.",
              "Find in MySQL's error log what was lost. Then go on behind it (relay position set, to what the server has"
                  + " executed), and publish what of the outbox tables is missing (relay replay).");
      case ROTATE, FORMAT_DESCRIPTION, STOP -> {
        tables.forgetNumbers();
        super.handleEvent(partition, offset, context, event);
      }
      default -> {}
    }
    glances++;
    if (glances >= GLANCE) {
      beatIfDue();
    }
  }

  private void begin(Event event) {
    Undecided xa = undecided;
    if (xa != null) {
      xa.prepared(); // what tells that it was decided has not come
      undecided = null;
    }
    ReadTransactions all = transactions;
    if (all != null) {
      upTo = all.begin(unwrapData(event), event.getHeader().getTimestamp()).committedAt();
      eventTimestamp = upTo;
    }
  }

  private void beginAnonymous(Event event) {
    ReadTransactions all = transactions;
    if (all != null) {
      all.beginAnonymous();
    }
    upTo = Instant.ofEpochMilli(event.getHeader().getTimestamp());
    eventTimestamp = upTo;
  }

  private @Nullable Transaction current() {
    ReadTransactions all = transactions;
    return all == null ? null : all.current();
  }

  private OutboxColumns columns(long table) throws InterruptedException {
    return tables.columns(table, current());
  }

  private void rows(OutboxColumns columns, BitSet included, List<Serializable[]> rows)
      throws InterruptedException {
    if (rows.isEmpty()) {
      return;
    }
    Transaction of = current();
    if (of == null) {
      throw new HaltException(
          "An outbox row of "
              + columns.schema()
              + " came without a GTID, so there is no position to record for it.",
          "Set gtid_mode=ON on the MySQL server and start the relay again.");
    }
    tellShapes(of.before());
    boolean whole = columns.areAll(included);
    for (Serializable[] cells : rows) {
      OutboxRow row = columns.row(whole ? cells : columns.placed(cells, included, of.gtid()));
      CapturedEvent.Row event =
          new CapturedEvent.Row(row, of.gtid(), of.before(), of.committedAt());
      Undecided xa = undecided;
      if (xa == null) {
        put(event);
      } else {
        xa.add(event);
      }
    }
  }

  private void put(CapturedEvent.Row event) throws InterruptedException {
    handOff.put(event, OVERHEAD + event.row().approximateSize());
  }

  /** The end of an XA transaction in the binlog: decided if it was committed in one phase. */
  private void prepared(XAPrepareEventData data) throws InterruptedException {
    Undecided xa = undecided;
    undecided = null;
    if (xa != null) {
      for (CapturedEvent.Row event : data.isOnePhase() ? xa.decided() : xa.prepared()) {
        put(event);
      }
    }
    end();
  }

  /** Debezium is told where a statement stands, for the history. */
  private void query(MySqlPartition partition, MySqlOffsetContext offset, Event event)
      throws InterruptedException {
    Statement query = unwrapData(event);
    String sql = query.getSql();
    if (sql.equalsIgnoreCase("COMMIT")) {
      end();
      return;
    }
    if (sql.regionMatches(true, 0, XA_START, 0, XA_START.length())) {
      undecided = new Undecided();
    }
    requireRows(query.getDatabase(), sql);
    ReadTransactions all = transactions;
    Transaction of = all == null ? null : all.current();
    if (all == null) {
      return;
    }
    String before = (of == null ? all.completed() : of.before()).text();
    offset.setCompletedGtidSet(before);
    if (of != null) {
      offset.startGtid(of.gtid(), all.begun().text());
    }
    ddl.take(partition, offset, query, before, eventTimestamp);
  }

  private void requireRows(String database, String sql) {
    TableId target = StatementInsert.target(database, sql);
    if (target == null || !names.contains(target.catalog(), target.table())) {
      return;
    }
    ReadTransactions all = transactions;
    Transaction of = all == null ? null : all.current();
    throw new HaltException(
        "Rows of %s are in the binlog as the statement that made them, in transaction %s: the session's binlog_format was not ROW."
            .formatted(target, of == null ? "without a GTID" : of.gtid()),
        "SET PERSIST binlog_format = 'ROW', and have the writers reconnect: open sessions keep the old one. Then go on behind"
            + " this transaction (relay position set, to a set that includes it, then resume), and publish its rows from the table"
            + " (relay replay).");
  }

  private String readSoFar() {
    ReadTransactions all = transactions;
    return all == null ? "nothing" : all.completed().text();
  }

  private void end() throws InterruptedException {
    ReadTransactions all = transactions;
    if (all != null) {
      all.end();
    }
    beatIfDue();
  }

  private void beatIfDue() throws InterruptedException {
    glances = 0;
    if (System.nanoTime() - nextBeat >= 0) {
      beat(upTo);
    }
  }

  private void beat(@Nullable Instant committed) throws InterruptedException {
    nextBeat = System.nanoTime() + BEAT_NANOS;
    ReadTransactions all = transactions;
    if (all != null) {
      Completed completed = all.completed();
      tellShapes(completed);
      handOff.put(new CapturedEvent.Beat(completed.text(), committed), OVERHEAD);
    }
  }

  /** While the server is asked about a shape, the reading is alive. */
  private void waiting() throws InterruptedException {
    if (System.nanoTime() - nextBeat >= 0) {
      beat(upTo);
    }
  }

  private void tellShapes(Completed before) throws InterruptedException {
    TableShapes changed = history.due(before);
    if (changed != null) {
      handOff.put(new CapturedEvent.Tables(changed), OVERHEAD);
    }
  }
}
