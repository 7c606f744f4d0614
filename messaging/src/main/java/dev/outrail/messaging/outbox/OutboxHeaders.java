package dev.outrail.messaging.outbox;

import dev.outrail.messaging.kafka.EventHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an event may have as headers, and how a row holds them: as a JSON array of pairs, so that
 * their order, repeated names and text stay.
 */
final class OutboxHeaders {

  static final int MAX_BYTES = 32 * 1024;

  private static final String CAUSE = "ce_causationid";
  private static final int MAX_NAME = 255;

  private static final Set<String> RESERVED =
      Set.of("id", "eventtype", "content-type", "traceparent", "tracestate", "replay");

  private static final List<String> RESERVED_BEGINNINGS = List.of("ce_", "kafka_", "outrail");

  private OutboxHeaders() {}

  /**
   * @throws IllegalArgumentException if a header is not allowed, or they are too many
   */
  static List<EventHeader> checked(List<EventHeader> headers) {
    headers.forEach(OutboxHeaders::check);
    int bytes = lengthOf(headers);
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the headers of an outbox event take %d bytes, at most %d fit: put them into the payload"
              .formatted(bytes, MAX_BYTES));
    }
    return List.copyOf(headers);
  }

  private static void check(EventHeader header) {
    String name = header.name();
    if (name.isBlank() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "the name of a header must have 1 to %d characters and not be blank: '%s'"
              .formatted(MAX_NAME, name.substring(0, Math.min(name.length(), 40))));
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (RESERVED.contains(lower) || RESERVED_BEGINNINGS.stream().anyMatch(lower::startsWith)) {
      throw new IllegalArgumentException(
          "the header '%s' is not yours to set: id, eventType, content-type, traceparent, tracestate, replay and names that begin with %s are reserved. For the content type, the trace and the cause see contentType, inTrace and following; else use another name"
              .formatted(name, String.join(", ", RESERVED_BEGINNINGS)));
    }
    if (!isText(name) || !isText(header.value())) {
      throw new IllegalArgumentException(
          "the header '%s' has half of a surrogate pair in it, which is no text".formatted(name));
    }
  }

  private static boolean isText(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /**
   * What is stored for an event.
   *
   * @param cause the id of the event that it follows from
   * @return null if it has no headers
   */
  static @Nullable String json(List<EventHeader> headers, @Nullable String cause) {
    if (headers.isEmpty() && cause == null) {
      return null;
    }
    StringBuilder json = new StringBuilder("[");
    headers.forEach(each -> append(json, each.name(), each.value()));
    if (cause != null) {
      append(json, CAUSE, cause);
    }
    return json.append(']').toString();
  }

  static int lengthOf(List<EventHeader> headers) {
    String json = json(headers, null);
    return json == null ? 0 : json.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void append(StringBuilder json, String name, String value) {
    json.append(json.length() > 1 ? ",[" : "[");
    quote(json, name);
    json.append(',');
    quote(json, value);
    json.append(']');
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each == '"' || each == '\\') {
        json.append('\\').append(each);
      } else if (each < ' ') {
        json.append("\\u00").append(each < 0x10 ? "0" : "").append(Integer.toHexString(each));
      } else {
        json.append(each);
      }
    }
    json.append('"');
  }
}
