package dev.outrail.relay.capture;

import io.debezium.config.Configuration;
import io.debezium.connector.mysql.MySqlConnector;
import io.debezium.connector.mysql.MySqlOffsetContext;
import io.debezium.connector.mysql.MySqlPartition;
import io.debezium.pipeline.ErrorHandler;
import io.debezium.pipeline.source.spi.ChangeEventSource.ChangeEventSourceContext;
import io.debezium.pipeline.spi.Offsets;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.history.TableChanges.TableChange;
import io.debezium.relational.history.TableChanges.TableChangeType;
import io.debezium.schema.SchemaChangeEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * One reading of the binlog by Debezium's parts, without the connector task that usually runs them:
 * nothing is polled, all events leave through the hand-off, and failures are seen by {@link
 * #failure()}.
 */
final class BinlogReader implements AutoCloseable {

  private static final Duration STOPS_WITHIN = Duration.ofSeconds(2);

  /** Keeps the first failure, which is the cause of the others. */
  private static final class Failures extends ErrorHandler {

    private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

    Failures(DebeziumParts parts) {
      super(MySqlConnector.class, parts.config(), null, null);
    }

    @Override
    public void setProducerThrowable(Throwable failure) {
      first.compareAndSet(null, failure);
    }

    @Override
    public @Nullable Throwable getProducerThrowable() {
      return first.get();
    }
  }

  private final DebeziumParts parts;
  private final Failures failures;
  private final Thread thread;
  private volatile boolean running = true;

  private BinlogReader(
      DebeziumParts parts,
      Failures failures,
      OutboxStream stream,
      MySqlPartition partition,
      MySqlOffsetContext offset) {
    this.parts = parts;
    this.failures = failures;
    this.thread = new Thread(() -> read(stream, partition, offset), "binlog-reader");
    thread.setDaemon(true);
  }

  /**
   * Starts reading.
   *
   * @param completed the transactions that need not be read
   * @param shapes what the outbox tables look like there
   */
  static BinlogReader start(
      CaptureSettings reading, String completed, HandOff<CapturedEvent> handOff, TableShapes shapes)
      throws InterruptedException {
    ShapeReader present = new ShapeReader(reading.server(), reading.tables());
    Map<String, String> variables = present.variables();
    Configuration settings = Configuration.from(reading.connectorProperties());
    DebeziumParts parts = DebeziumParts.open(settings);
    try {
      MySqlPartition partition =
          new MySqlPartition.Provider(parts.config(), settings).getPartitions().iterator().next();
      // A file name must be there, but with a GTID set nothing reads it
      MySqlOffsetContext offset =
          new MySqlOffsetContext.Loader(parts.config())
              .load(Map.of("file", "", "pos", 0L, "gtids", completed));
      ShapeHistory history = (ShapeHistory) parts.schema().getSchemaHistory();
      OutboxNames names = parts.names(reading.tables());
      history.begin(shapes, variables, names, table -> forget(parts, table));
      parts.schema().recover(Offsets.of(partition, offset));
      Failures failures = new Failures(parts);
      OutboxStream stream =
          new OutboxStream(
              parts, failures, handOff, history, names, present, reading.server().createdAtZone());
      stream.init(offset);
      BinlogReader reader = new BinlogReader(parts, failures, stream, partition, offset);
      reader.thread.start();
      return reader;
    } catch (RuntimeException | InterruptedException e) {
      parts.close();
      throw e;
    }
  }

  /** Why the reading ended; null while it goes on. */
  @Nullable Throwable failure() {
    return failures.getProducerThrowable();
  }

  /** Whether the binlog connection stands right now. */
  boolean connected() {
    return parts.client().isConnected();
  }

  /** How long the server has sent nothing, not a byte; for ever, if the reading has not begun. */
  long silentNanos() {
    return parts.client().silentNanos();
  }

  /** Ends the reading; waits a moment for its thread, and for a server that says nothing. */
  @Override
  public void close() {
    running = false;
    thread.interrupt();
    try {
      thread.join(STOPS_WITHIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    parts.close();
  }

  private void read(OutboxStream stream, MySqlPartition partition, MySqlOffsetContext offset) {
    try {
      stream.execute(new Running(), partition, offset);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      if (running) {
        failures.setProducerThrowable(e);
      }
    }
  }

  /** As after a DROP TABLE. */
  private static void forget(DebeziumParts parts, TableId table) {
    TableChange drop =
        new TableChange(TableChangeType.DROP, Table.editor().tableId(table).create());
    Struct noSource = new Struct(SchemaBuilder.struct().build());
    parts
        .schema()
        .applySchemaChange(
            SchemaChangeEvent.ofTableChange(
                drop, Map.of(), Map.of(), noSource, table.catalog(), null));
  }

  /** Never paused: there are no snapshots. */
  private final class Running implements ChangeEventSourceContext {

    @Override
    public boolean isPaused() {
      return false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public void resumeStreaming() {}

    @Override
    public void waitSnapshotCompletion() {}

    @Override
    public void streamingPaused() {}

    @Override
    public void waitStreamingPaused() {}
  }
}
