package dev.outrail.relay.position;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The records of the position topic, as one relay name writes them. */
public record PositionRecords(String topic, String relayName) {

  static final String CONTROL = "/control";
  static final String TABLES = "/tables";
  static final String HELD = "/held";

  public ProducerRecord<byte[], byte[]> position(StoredPosition stored, Instant now) {
    return of("", PositionFormat.write(stored, now));
  }

  public ProducerRecord<byte[], byte[]> control(Control control) {
    return of(CONTROL, control.toBytes());
  }

  /**
   * The outbox tables' shapes and coverage at a position; belongs into its transaction.
   *
   * @param shapes as {@code TableShapes} writes them; null if they are not known any more, and have
   *     to be read from the server
   */
  public ProducerRecord<byte[], byte[]> tables(@Nullable String shapes, Coverage coverage) {
    boolean nothing = shapes == null && coverage.equals(Coverage.UNKNOWN);
    return of(TABLES, nothing ? null : coverage.addTo(shapes).getBytes(StandardCharsets.UTF_8));
  }

  /** Belongs into the transaction that writes pointers to held events, or takes them away. */
  public ProducerRecord<byte[], byte[]> held(HeldTopics held) {
    return of(HELD, held.toBytes());
  }

  private ProducerRecord<byte[], byte[]> of(String suffix, byte @Nullable [] value) {
    return new ProducerRecord<>(
        topic, 0, (relayName + suffix).getBytes(StandardCharsets.UTF_8), value);
  }
}
