package dev.outrail.relay.position;

import dev.outrail.relay.capture.TableShapes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The records of the position topic, as one relay name writes them. */
public record PositionRecords(String topic, String relayName) {

  static final String CONTROL = "/control";
  static final String TABLES = "/tables";

  public ProducerRecord<byte[], byte[]> position(StoredPosition stored, Instant now) {
    return of("", PositionFormat.write(stored, now));
  }

  public ProducerRecord<byte[], byte[]> control(Control control) {
    return of(CONTROL, control.toBytes());
  }

  /** The outbox tables' shapes at a position; belongs into its transaction. */
  public ProducerRecord<byte[], byte[]> tables(TableShapes shapes) {
    return of(TABLES, shapes.json().getBytes(StandardCharsets.UTF_8));
  }

  /** The shape is not known any more: it will be read from the server. */
  public ProducerRecord<byte[], byte[]> noTables() {
    return of(TABLES, null);
  }

  private ProducerRecord<byte[], byte[]> of(String suffix, byte @Nullable [] value) {
    return new ProducerRecord<>(
        topic, 0, (relayName + suffix).getBytes(StandardCharsets.UTF_8), value);
  }
}
