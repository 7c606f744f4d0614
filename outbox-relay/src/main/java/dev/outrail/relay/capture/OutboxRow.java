package dev.outrail.relay.capture;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One event as its writer committed it.
 *
 * @param schema the database whose outbox it was in
 * @param id the event id
 * @param aggregateType routes: the topic; empty if the column was NULL
 * @param aggregateId the record key; empty if the column was NULL
 * @param type the event type; empty if the column was NULL
 * @param payload the value, exactly the bytes that were written; null only if the column was NULL
 * @param contentType null if the table has no such column or it was NULL
 * @param headers of its own, in their order; empty if the table has no such column or it was NULL
 * @param createdAt null if the table has no such column or it was NULL
 * @param defect why it can be no record, whatever Kafka says; null if it can
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
    List<EventHeader> headers,
    @Nullable Instant createdAt,
    @Nullable String defect) {

  /** Makes a row of columns of which some may be NULL though they must not. */
  public static OutboxRow of(
      String schema,
      String id,
      @Nullable String aggregateType,
      @Nullable String aggregateId,
      @Nullable String type,
      byte @Nullable [] payload,
      @Nullable String contentType,
      @Nullable String traceparent,
      @Nullable String tracestate,
      @Nullable Instant createdAt) {
    return of(
        schema,
        id,
        aggregateType,
        aggregateId,
        type,
        payload,
        contentType,
        traceparent,
        tracestate,
        null,
        createdAt,
        null);
  }

  /**
   * The same.
   *
   * @param headers what is in that column
   * @param notUtf8 of {@link #notUtf8}
   */
  static OutboxRow of(
      String schema,
      String id,
      @Nullable String aggregateType,
      @Nullable String aggregateId,
      @Nullable String type,
      byte @Nullable [] payload,
      @Nullable String contentType,
      @Nullable String traceparent,
      @Nullable String tracestate,
      @Nullable String headers,
      @Nullable Instant createdAt,
      @Nullable String notUtf8) {
    String defect =
        aggregateType == null || aggregateId == null || type == null
            ? missing(aggregateType, aggregateId, type)
            : notUtf8;
    List<EventHeader> own = List.of();
    if (headers != null && defect == null) {
      try {
        own = EventHeader.read(headers);
      } catch (IllegalArgumentException e) {
        defect = e.getMessage();
      }
    }
    return new OutboxRow(
        schema,
        id,
        aggregateType == null ? "" : aggregateType,
        aggregateId == null ? "" : aggregateId,
        type == null ? "" : type,
        payload,
        contentType,
        traceparent,
        tracestate,
        own,
        createdAt,
        defect);
  }

  /** Why a row can be no record that has other bytes in these columns; null if there are none. */
  static @Nullable String notUtf8(List<OutboxColumn> columns) {
    return columns.isEmpty()
        ? null
        : columns.stream()
            .map(OutboxColumn::toString)
            .collect(Collectors.joining(", ", "its row has bytes that are not UTF-8 in ", ""));
  }

  private static String missing(
      @Nullable String aggregateType, @Nullable String aggregateId, @Nullable String type) {
    List<String> missing = new ArrayList<>();
    if (aggregateType == null) {
      missing.add("aggregatetype");
    }
    if (aggregateId == null) {
      missing.add("aggregateid");
    }
    if (type == null) {
      missing.add("type");
    }
    return "its row has NULL in %s (declare such columns NOT NULL)"
        .formatted(String.join(", ", missing));
  }

  /** Rough size on the heap, in bytes. */
  public int approximateSize() {
    int own = 0;
    for (EventHeader each : headers) {
      own += 64 + 2 * (each.name().length() + each.value().length());
    }
    return 512
        + own
        + (payload == null ? 0 : payload.length)
        + 2
            * (id.length()
                + aggregateType.length()
                + aggregateId.length()
                + type.length()
                + length(contentType)
                + length(traceparent)
                + length(tracestate));
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /**
   * About when it was committed, where only the table tells: its {@code created_at}; now if it has
   * none, or one from the future, which Kafka would refuse as a record's time.
   */
  public Instant createdBy(Instant now) {
    return createdAt == null || createdAt.isAfter(now) ? now : createdAt;
  }
}
