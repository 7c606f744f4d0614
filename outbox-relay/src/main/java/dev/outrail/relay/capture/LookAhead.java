package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.GtidEventData;
import com.github.shyiko.mysql.binlog.event.GtidTaggedEventData;
import com.github.shyiko.mysql.binlog.event.MySqlGtid;
import dev.outrail.relay.problem.TransientException;
import io.debezium.connector.mysql.MySqlStreamingChangeEventSource;
import io.debezium.pipeline.ErrorHandler;
import io.debezium.util.Clock;
import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the binlog's statements up to its present end, over a connection of its own, while the
 * reading waits. Rows are stepped over. Needed where a table's shape has to be learnt from the
 * server as it is now; which is seldom.
 */
final class LookAhead extends MySqlStreamingChangeEventSource {

  /** Called now and then; ends the look if it is interrupted. */
  interface Alive {
    void tell() throws InterruptedException;
  }

  private final BinaryLogClient client;
  private final DdlFilter ddl;
  private @Nullable MySqlGtid gtid;
  private @Nullable String found;
  private @Nullable Exception failure;

  private LookAhead(
      DebeziumParts parts, ErrorHandler errors, BinaryLogClient client, DdlFilter ddl) {
    super( // which tells the client about TLS
        parts.config(),
        parts.connection(),
        parts.dispatcher(),
        errors,
        Clock.system(),
        parts.context(),
        parts.schema(),
        parts.metrics(),
        null,
        client);
    this.client = client;
    this.ddl = ddl;
  }

  /**
   * Looks for a statement that may change a table's shape.
   *
   * @param from a GTID set; what is in it is not looked at
   * @param counts of a transaction's GTID, whether its statement matters
   * @return the first that matters; null if there is none
   * @throws TransientException if the binlog cannot be read to its end
   */
  static @Nullable String statement(
      DebeziumParts parts,
      ErrorHandler errors,
      DdlFilter ddl,
      TableName table,
      String from,
      Predicate<String> counts,
      Alive alive)
      throws InterruptedException {
    BinaryLogClient client = parts.newClient();
    LookAhead look = new LookAhead(parts, errors, client, ddl);
    client.setBlocking(false); // ends where the binlog does, and counts as no replica
    client.setGtidSet(from);
    client.setEventDeserializer(new BinlogEvents((database, name) -> false, null));
    client.registerEventListener(event -> look.take(event, table, counts, alive));
    client.registerLifecycleListener(look.new Failures());
    try {
      client.connect();
    } catch (IOException e) {
      look.failed(e);
    }
    Exception failure = look.failure;
    if (failure instanceof InterruptedException) {
      throw new InterruptedException();
    }
    if (look.found == null && failure != null) {
      throw new TransientException(
          "MySQL: its binlog cannot be read to its end to see whether " + table + " was altered",
          failure);
    }
    return look.found;
  }

  private void take(Event event, TableName table, Predicate<String> counts, Alive alive) {
    if (found != null || failure != null) {
      return;
    }
    try {
      alive.tell();
    } catch (InterruptedException e) {
      failed(e);
      end();
      return;
    }
    EventData data = event.getData();
    if (data instanceof GtidTaggedEventData tagged) {
      gtid = tagged.getMySqlGtid();
    } else if (data instanceof GtidEventData plain) {
      gtid = plain.getMySqlGtid();
    } else if (data instanceof Statement statement && ddl.mayChange(table, statement)) {
      if (counts.test(text(gtid))) {
        found = statement.getSql();
        end();
      }
    }
  }

  private void failed(Exception e) {
    failure = failure == null ? e : failure;
  }

  private void end() {
    try {
      client.disconnect();
    } catch (IOException e) {
      failed(e);
    }
  }

  private static String text(@Nullable MySqlGtid gtid) {
    if (gtid == null) {
      return "";
    }
    String tag = gtid.getTag();
    return gtid.getServerId()
        + ":"
        + (tag == null || tag.isEmpty() ? "" : tag + ":")
        + gtid.getTransactionId();
  }

  /** The client tells its failures instead of throwing them. */
  private final class Failures extends BinaryLogClient.AbstractLifecycleListener {

    @Override
    public void onCommunicationFailure(BinaryLogClient client, Exception e) {
      failed(e);
    }

    @Override
    public void onEventDeserializationFailure(BinaryLogClient client, Exception e) {
      failed(e);
    }
  }
}
