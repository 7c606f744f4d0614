package dev.outrail.bench.question.flow;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.GtidEventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import dev.outrail.bench.kit.Micros;
import dev.outrail.bench.measure.Percentiles;
import dev.outrail.testbed.mysql.MySqlServer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Follows the server's binlog from now on, and sees commits as they arrive here: behind the sync of
 * the binlog, and later than the commit by the delay of this tail, which is measured too. One
 * thread of its own works; {@link #delay} is for when nothing is written any more.
 */
final class BinlogTail implements AutoCloseable {

  private static final long CONNECT_MILLIS = TimeUnit.SECONDS.toMillis(10);
  private static final long FIRST_EVENT_SECONDS = 30;

  private static final String MARK = "bench_mark";

  /** Held, for a level that was set is lost with its logger. */
  private static final Logger LOG = Logger.getLogger(BinaryLogClient.class.getName());

  static {
    LOG.setLevel(Level.WARNING);
  }

  private final BinaryLogClient client;
  private final MallRows rows;
  private final Sightings sightings;
  private final Map<Long, TableMapEventData> tables = new HashMap<>();

  /** What the open transaction has changed; an order's locks are one change. */
  private final Set<MallRows.Change> transaction = new LinkedHashSet<>();

  private final CountDownLatch reached = new CountDownLatch(1);
  private final Percentiles delay = new Percentiles();
  private long committed;

  private BinlogTail(BinaryLogClient client, MallRows rows, Sightings sightings) {
    this.client = client;
    this.rows = rows;
    this.sightings = sightings;
  }

  /**
   * Returns when events arrive as they are written: a server that has agreed to send its binlog
   * looks through a large file for what is new in it first, and that takes a second or more.
   *
   * @param gtids all transactions so far
   */
  static BinlogTail behind(String gtids, MySqlServer mysql, Sightings sightings) {
    BinaryLogClient client =
        new BinaryLogClient(mysql.host(), mysql.port(), mysql.rootUser(), mysql.rootPassword());
    client.setServerId(ThreadLocalRandom.current().nextLong(1_000_000_000, 2_000_000_000));
    client.setSSLMode(SSLMode.PREFERRED);
    client.setKeepAlive(false);
    client.setGtidSet(gtids);
    BinlogTail tail = new BinlogTail(client, MallRows.of(mysql), sightings);
    client.registerEventListener(tail::take);
    try {
      client.connect(CONNECT_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading the binlog", e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("The server did not begin to send its binlog", e);
    }
    mysql.createDatabase(MARK); // is in the binlog, whether it exists or not
    tail.awaitMark();
    return tail;
  }

  private void awaitMark() {
    try {
      if (!reached.await(FIRST_EVENT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Nothing came of the server's binlog");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the binlog", e);
    }
  }

  private void take(Event event) {
    switch (event.getHeader().getEventType()) {
      case GTID -> {
        reached.countDown();
        GtidEventData begin = event.getData();
        committed = begin.getOriginalCommitTimestamp();
      }
      case TABLE_MAP -> {
        TableMapEventData table = event.getData();
        tables.put(table.getTableId(), table);
      }
      case UPDATE_ROWS, EXT_UPDATE_ROWS -> {
        UpdateRowsEventData update = event.getData();
        TableMapEventData table = Objects.requireNonNull(tables.get(update.getTableId()));
        for (Map.Entry<Serializable[], Serializable[]> row : update.getRows()) {
          rows.change(table, row.getKey(), row.getValue()).ifPresent(transaction::add);
        }
      }
      case XID -> {
        long now = Micros.now();
        transaction.forEach(change -> note(change, now));
        if (!transaction.isEmpty()) {
          delay.record(now - committed);
        }
        transaction.clear();
      }
      default -> {}
    }
  }

  private void note(MallRows.Change change, long now) {
    sightings.saw(change.hop(), change.id(), now);
    if (change.hop() == Hop.ORDER_PAID) {
      sightings.paidBy(change.id(), change.payId());
    }
  }

  /** How long after MySQL's own time of the commit this tail saw it. */
  Percentiles delay() {
    return delay;
  }

  @Override
  public void close() {
    try {
      client.disconnect();
    } catch (IOException e) {
      throw new UncheckedIOException("Leaving the binlog", e);
    }
  }
}
