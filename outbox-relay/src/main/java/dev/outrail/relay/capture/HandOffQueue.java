package dev.outrail.relay.capture;

import io.debezium.connector.base.QueueProvider;
import io.debezium.pipeline.DataChangeEvent;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * What Debezium takes for its queue: gives every event to the {@link HandOff} at once and stays
 * empty itself, so that nothing has to poll. Waiting for room happens in {@link #enqueue}, on the
 * binlog thread, which is the back-pressure that MySQL sees.
 */
final class HandOffQueue implements QueueProvider<DataChangeEvent> {

  static final String NAME = "outrail-hand-off";

  /**
   * An event on its way to the publisher.
   *
   * @param shapes the outbox tables' shapes that hold from this event on; null if they are still
   *     the same
   */
  record Handed(SourceRecord event, @Nullable TableShapes shapes) {}

  private final HandOff<Handed> handOff;
  private final ShapeHistory history;
  private final RowReader sizes;

  HandOffQueue(HandOff<Handed> handOff, ShapeHistory history) {
    this.handOff = handOff;
    this.history = history;
    this.sizes = new RowReader();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void configure(Map<String, ?> properties) {}

  @Override
  public void enqueue(DataChangeEvent event) throws InterruptedException {
    SourceRecord sourceRecord = event.getRecord();
    TableShapes shapes = history.due((String) sourceRecord.sourceOffset().get("gtids"));
    handOff.put(new Handed(sourceRecord, shapes), sizes.approximateSize(sourceRecord));
  }

  @Override
  public @Nullable DataChangeEvent poll() {
    return null;
  }

  @Override
  public int size() {
    return 0;
  }

  @Override
  public void close() {
    handOff.close();
  }
}
