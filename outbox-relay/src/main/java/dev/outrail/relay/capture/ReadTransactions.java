package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.GtidEventData;
import com.github.shyiko.mysql.binlog.event.GtidTaggedEventData;
import com.github.shyiko.mysql.binlog.event.MySqlGtid;
import dev.outrail.relay.problem.HaltException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which transaction is being read, and which ones are read. For the binlog thread. */
final class ReadTransactions {

  /**
   * A transaction.
   *
   * @param before all transactions before it
   * @param committedAt on the server that it was first executed on, to the millisecond
   */
  record Transaction(String gtid, Completed before, Instant committedAt) {}

  private final ReadGtids read;
  private @Nullable Transaction current;
  private boolean ended;
  private UUID server = new UUID(0, 0);
  private String serverText = server.toString();

  /**
   * @param completed those that the reading begins behind
   */
  ReadTransactions(String completed) {
    this.read = new ReadGtids(completed);
  }

  /**
   * The next one begins.
   *
   * @param data of an event of type GTID or GTID_TAGGED
   * @param written when that was written, in ms, should the server not tell the time of the commit
   * @throws HaltException if it was read before
   */
  Transaction begin(EventData data, long written) {
    MySqlGtid gtid;
    long micros;
    if (data instanceof GtidTaggedEventData tagged) {
      gtid = tagged.getMySqlGtid();
      micros = tagged.getOriginalCommitTimestamp();
    } else {
      GtidEventData plain = (GtidEventData) data;
      gtid = plain.getMySqlGtid();
      micros = plain.getOriginalCommitTimestamp();
    }
    String source = source(gtid);
    String text = source + ":" + gtid.getTransactionId();
    Completed before = read.add(source, gtid.getTransactionId(), text);
    Transaction begun =
        new Transaction(text, before, Instant.ofEpochMilli(micros > 0 ? micros / 1_000 : written));
    current = begun;
    ended = false;
    return begun;
  }

  /** One begins that has no GTID. */
  void beginAnonymous() {
    current = null;
    ended = false;
  }

  /** The present one has been read to its end. */
  void end() {
    ended = true;
  }

  /** The one that is being read; null if it has no GTID. */
  @Nullable Transaction current() {
    return current;
  }

  /** All that have been read to their end. One whose end is not told counts with the next. */
  Completed completed() {
    Transaction present = current;
    return ended || present == null ? read.current() : present.before();
  }

  /** All, with the one that is being read. */
  Completed begun() {
    return read.current();
  }

  private String source(MySqlGtid gtid) {
    if (!gtid.getServerId().equals(server)) {
      server = gtid.getServerId();
      serverText = server.toString();
    }
    String tag = gtid.getTag();
    return tag == null || tag.isEmpty() ? serverText : serverText + ":" + tag;
  }
}
