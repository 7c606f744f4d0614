package dev.outrail.relay.operate;

import dev.outrail.relay.capture.GtidSets;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.capture.Sorting;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.RecordMapper;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a {@link ReplayPlan}, chunk by chunk, for the relay's thread to publish between live
 * runs. A thread of its own reads them, one chunk ahead and no more, so that memory is bounded and
 * the live events never wait for a query. No cursor or transaction stays open in MySQL between two
 * chunks: each begins behind the last key of the one before.
 *
 * <p>How the relay steps through it, at each turn of its loop:
 *
 * <ol>
 *   <li>{@link #poll()}: null while no chunk is ready. It never waits.
 *   <li>Wait (by going on with live runs) until the position covers {@link Chunk#requires()}: then
 *       each row of the chunk has been published in the ordinary way, too, and cannot come twice
 *       without the mark.
 *   <li>Publish {@link #records} and {@link #audit} in one Kafka transaction, with the position
 *       unmoved, then {@link #confirm}. If the transaction fails, the same chunk may be published
 *       again. A crash before the last chunk ends the replay there: what was published has the
 *       mark, and the audit topic has a BEGUN without a DONE.
 * </ol>
 *
 * <p>For one thread, except {@link #report()}, which any may ask, and {@link #close()}.
 */
public final class Replay implements AutoCloseable {

  /** The header that marks a replayed record; its value is the operation's id. */
  public static final String HEADER = "replay";

  private static final int CHUNK_ROWS = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * MySQL shows a committed row a moment before its GTID is in {@code gtid_executed}; asking a
   * little later is what makes {@link Chunk#requires()} hold for every row of the chunk.
   */
  private static final String AWAIT_GTIDS = "DO SLEEP(0.05)";

  /**
   * Some rows, in the replay's order.
   *
   * @param number from 0 on
   * @param rows may be empty, in the last one
   * @param requires the GTID set that the relay must have published before these rows
   * @param last whether the replay is complete with it
   */
  public record Chunk(long number, List<OutboxRow> rows, String requires, boolean last) {

    /** Its first rows, as a chunk that is published by itself; all of it if it has no more. */
    public Chunk first(int atMost) {
      return rows.size() <= atMost
          ? this
          : new Chunk(number, rows.subList(0, atMost), requires, false);
    }

    /** What comes behind that many rows, which may be all; then null. */
    public @Nullable Chunk behind(int published) {
      return rows.size() <= published
          ? null
          : new Chunk(number + 1, rows.subList(published, rows.size()), requires, last);
    }
  }

  private record Handed(@Nullable Chunk chunk, @Nullable Problem failure) {}

  private final UUID operationId;
  private final ReplayPlan plan;
  private final Supplier<MySqlServer> server;
  private final int maxRows;
  private final long maxBytes;
  private final SynchronousQueue<Handed> handOver = new SynchronousQueue<>();
  private final Thread reader;
  private final AtomicLong published = new AtomicLong();
  private volatile ReplayReport.State state = ReplayReport.State.RUNNING;

  private Replay(
      UUID operationId, ReplayPlan plan, Supplier<MySqlServer> server, int maxRows, long maxBytes) {
    this.operationId = operationId;
    this.plan = plan;
    this.server = server;
    this.maxRows = Math.min(maxRows, CHUNK_ROWS);
    this.maxBytes = maxBytes;
    this.reader = new Thread(this::read, "replay");
    reader.setDaemon(true);
  }

  /**
   * Begins to read.
   *
   * @param server asked for each connection, so that a rotated password is taken
   * @param maxRows rows in one chunk, at most; never more than 2000
   * @param maxBytes payload bytes in one chunk, about; a single larger row passes alone
   */
  public static Replay begin(
      UUID operationId, ReplayPlan plan, Supplier<MySqlServer> server, int maxRows, long maxBytes) {
    Replay replay = new Replay(operationId, plan, server, maxRows, maxBytes);
    replay.reader.start();
    return replay;
  }

  /**
   * The next chunk; null if none is ready yet. None comes after the last one.
   *
   * @throws OperationRefusedException if the rows cannot be read; the replay is over then
   */
  public @Nullable Chunk poll() {
    Handed handed = handOver.poll();
    if (handed == null) {
      return null;
    }
    Problem failure = handed.failure();
    if (failure != null) {
      state = ReplayReport.State.FAILED;
      throw OperationRefusedException.notConnected(failure.what(), failure.remedy());
    }
    return handed.chunk();
  }

  /**
   * A chunk's records: the ordinary ones with the header {@value #HEADER}. Their timestamp is the
   * time of the replay, since a topic's retention would delete old ones at once; {@code ce_time}
   * tells when the event was created, as always.
   */
  public List<ProducerRecord<byte[], byte[]>> records(
      Chunk chunk, RecordMapper mapper, Instant now) {
    byte[] mark = operationId.toString().getBytes(StandardCharsets.UTF_8);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(chunk.rows().size());
    for (OutboxRow row : chunk.rows()) {
      ProducerRecord<byte[], byte[]> mapped = mapper.map(row, now);
      mapped.headers().add(HEADER, mark);
      records.add(mapped);
    }
    return records;
  }

  /**
   * The audit record that belongs into the chunk's transaction; null in the middle of a replay.
   *
   * @param leftOut how many of the chunk's rows cannot be published, and are not in it
   */
  public @Nullable AuditRecord audit(
      Chunk chunk, int leftOut, String relay, Author author, Instant now) {
    if (chunk.last()) {
      long all = published.get() + chunk.rows().size() - leftOut;
      return audit(AuditRecord.Outcome.DONE, relay, author, now, all, "");
    }
    return chunk.number() == 0 ? audit(AuditRecord.Outcome.BEGUN, relay, author, now, 0, "") : null;
  }

  /** The audit record of a replay that cannot be completed. */
  public AuditRecord failed(String why, String relay, Author author, Instant now) {
    state = ReplayReport.State.FAILED;
    return audit(AuditRecord.Outcome.FAILED, relay, author, now, published.get(), why);
  }

  /** Kafka has committed the chunk, but for those of its rows that were left out. */
  public void confirm(Chunk chunk, int leftOut) {
    published.addAndGet(chunk.rows().size() - leftOut);
    if (chunk.last()) {
      state = ReplayReport.State.DONE;
    }
  }

  /** How far it is. */
  public ReplayReport report() {
    return plan.report().as(state, operationId, published.get());
  }

  /** The tables of which all rows are selected that are there at its begin; may be none. */
  public List<TableName> wholeTables() {
    return plan.selection().isOfEverything()
        ? plan.tables().stream()
            .filter(ReplayTable::filledByServer)
            .map(ReplayTable::table)
            .toList()
        : List.of();
  }

  public UUID operationId() {
    return operationId;
  }

  /** Ends the reading, at whatever point it is. */
  @Override
  public void close() {
    reader.interrupt();
  }

  private AuditRecord audit(
      AuditRecord.Outcome outcome,
      String relay,
      Author author,
      Instant now,
      long publishedSoFar,
      String why) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("selected", plan.report().selected());
    result.put("published", publishedSoFar);
    if (!why.isEmpty()) {
      result.put("why", why);
    }
    return new AuditRecord(
        operationId,
        relay,
        AuditRecord.Operation.REPLAY,
        outcome,
        author,
        now,
        plan.selection().parameters(),
        result);
  }

  private void read() {
    try {
      try {
        readTables();
      } catch (HaltException e) {
        handOver.put(new Handed(null, e.problem()));
      } catch (SQLException | TransientException e) {
        handOver.put(
            new Handed(
                null,
                new Problem(
                    "MySQL cannot be read for the replay: " + e.getMessage(),
                    "Once MySQL is back, replay what is missing: from the created_at of the last record with this"
                        + " operation's id in the header '"
                        + HEADER
                        + "' on.")));
      } catch (RuntimeException e) {
        handOver.put(
            new Handed(null, new Problem("The replay failed: " + e, "See the relay's log.")));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void readTables() throws SQLException, InterruptedException {
    List<ReplayTable> tables = plan.tables();
    long number = 0;
    for (int i = 0; i < tables.size(); i++) {
      boolean lastTable = i == tables.size() - 1;
      ReplayTable.Key after = null;
      boolean tableDone = false;
      while (!tableDone) {
        Page page = page(tables.get(i), after);
        after = page.end();
        tableDone = page.complete();
        boolean last = lastTable && tableDone;
        if (last || !page.rows().isEmpty()) {
          handOver.put(new Handed(new Chunk(number++, page.rows(), page.executed(), last), null));
        }
      }
    }
  }

  private record Page(
      List<OutboxRow> rows, ReplayTable.@Nullable Key end, boolean complete, String executed) {}

  /** Outages are waited out for a minute; the same page is read again then. */
  private Page page(ReplayTable table, ReplayTable.@Nullable Key after)
      throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (Connection connection = ReplayPlan.connect(server.get())) {
        return page(connection, table, after);
      } catch (SQLException | TransientException e) {
        Problem sorting =
            e instanceof SQLException failure ? Sorting.problem(failure, table.table()) : null;
        if (sorting != null) {
          throw new HaltException(sorting.what(), sorting.remedy());
        }
        if (System.nanoTime() > deadline) {
          throw e;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private Page page(Connection connection, ReplayTable table, ReplayTable.@Nullable Key after)
      throws SQLException {
    List<ReplayTable.Key> keys = table.keys(connection, plan.selection(), after, maxRows);
    List<ReplayTable.Key> taken = new ArrayList<>(keys.size());
    long bytes = 0;
    for (ReplayTable.Key key : keys) {
      if (!taken.isEmpty() && bytes + key.bytes() > maxBytes) {
        break;
      }
      taken.add(key);
      bytes += key.bytes();
    }
    List<OutboxRow> rows = taken.isEmpty() ? List.of() : table.rows(connection, taken);
    return new Page(
        rows,
        taken.isEmpty() ? after : taken.get(taken.size() - 1),
        taken.size() == keys.size() && keys.size() < maxRows,
        rows.isEmpty() ? "" : executed(connection));
  }

  private static String executed(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(AWAIT_GTIDS);
      try (ResultSet result = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
        result.next();
        return GtidSets.normalise(result.getString(1));
      }
    }
  }
}
