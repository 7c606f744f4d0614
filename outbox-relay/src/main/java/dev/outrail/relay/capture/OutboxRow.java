package dev.outrail.relay.capture;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event as its writer committed it.
 *
 * @param schema the database whose outbox it was in
 * @param id the event id
 * @param aggregateType routes: the topic
 * @param aggregateId the record key
 * @param type the event type
 * @param payload the value, exactly the bytes that were written; null only if the column was NULL
 * @param contentType null if the table has no such column or it was NULL
 * @param createdAt null if the table has no such column or it was NULL
 */
@SuppressWarnings("ArrayRecordComponent") // carried through, never compared
public record OutboxRow(
    String schema,
    String id,
    String aggregateType,
    String aggregateId,
    String type,
    byte @Nullable [] payload,
    @Nullable String contentType,
    @Nullable String traceparent,
    @Nullable String tracestate,
    @Nullable Instant createdAt) {

  /** Rough size on the heap, in bytes. */
  public int approximateSize() {
    return 512 + (payload == null ? 0 : payload.length);
  }
}
