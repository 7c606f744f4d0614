package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
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
  private @Nullable ReadTransactions transactions;
  private boolean stopped;
  private boolean undecided;
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
    parts.client().setEventDeserializer(new BinlogEvents(names::contains));
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
          rows(unwrapData(event));
        }
      }
      case XID -> end();
      case QUERY -> {
        if (event.getData() != BinlogEvents.BEGUN) {
          query(partition, offset, event);
        }
      }
      case HEARTBEAT, HEARTBEAT_V2 -> beat(null);
      case TRANSACTION_PAYLOAD -> {
        BinlogEvents.Compressed compressed = unwrapData(event);
        compressed.forEach(part -> take(partition, offset, context, part));
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
    undecided = false;
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

  private void rows(WriteRowsEventData data) throws InterruptedException {
    ReadTransactions all = transactions;
    Transaction of = all == null ? null : all.current();
    OutboxColumns columns = tables.columns(data.getTableId(), of);
    if (of == null) {
      throw new HaltException(
          "An outbox row of "
              + columns.schema()
              + " came without a GTID, so there is no position to record for it.",
          "Set gtid_mode=ON on the MySQL server and start the relay again.");
    }
    if (undecided) {
      throw new HaltException(
          "An outbox row of %s was written in the XA transaction %s. Its rows are in the binlog before it is decided"
                  .formatted(columns.schema(), of.gtid())
              + " whether they count.",
          "Append to the outbox in ordinary transactions. To go on behind this one, set the position to include it"
              + " (relay position set), then resume; if it was committed, its events can be replayed.");
    }
    tellShapes(of.before());
    boolean whole = columns.areAll(data.getIncludedColumns());
    for (Serializable[] cells : data.getRows()) {
      OutboxRow row =
          columns.row(whole ? cells : columns.placed(cells, data.getIncludedColumns(), of.gtid()));
      handOff.put(
          new CapturedEvent.Row(row, of.gtid(), of.before(), of.committedAt()),
          OVERHEAD + row.approximateSize());
    }
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
    undecided |= sql.regionMatches(true, 0, XA_START, 0, XA_START.length());
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
