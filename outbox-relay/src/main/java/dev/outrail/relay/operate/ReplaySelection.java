package dev.outrail.relay.operate;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the outbox tables to publish once more: those that meet all the criteria given, and
 * at least one must be.
 *
 * @param ids event ids; empty for any
 * @param key {@code aggregateid}
 * @param type event type
 * @param topic {@code aggregatetype}
 * @param schema the database; one of {@code outbox.schemas}
 * @param from {@code created_at} from here on
 * @param to {@code created_at} before this; open means up to the moment of the replay's begin
 */
public record ReplaySelection(
    List<String> ids,
    @Nullable String key,
    @Nullable String type,
    @Nullable String topic,
    @Nullable String schema,
    @Nullable Instant from,
    @Nullable Instant to) {

  /** More ids than this have to be asked for in several replays. */
  public static final int MAX_IDS = 10_000;

  private static final int MAX_TEXT = 255;

  /**
   * @throws OperationRefusedException if nothing is selected, or a criterion makes no sense
   */
  public ReplaySelection {
    ids = ids.stream().distinct().toList();
    if (ids.isEmpty()
        && Stream.of(key, type, topic, schema, from, to).allMatch(criterion -> criterion == null)) {
      throw OperationRefusedException.invalid(
          "Nothing is selected.",
          "Give at least one of id, key, type, topic, schema, from, to; a replay of everything is from=1970-01-01T00:00:00Z.");
    }
    if (ids.size() > MAX_IDS) {
      throw OperationRefusedException.invalid(
          "%d ids are more than %d.".formatted(ids.size(), MAX_IDS),
          "Split them over several replays, or select by time.");
    }
    ids.forEach(id -> requireText("id", id));
    requireText("key", key);
    requireText("type", type);
    requireText("topic", topic);
    requireText("schema", schema);
    if (from != null && to != null && !from.isBefore(to)) {
      throw OperationRefusedException.invalid(
          "from (%s) is not before to (%s).".formatted(from, to), "Exchange or correct them.");
    }
  }

  /** Whether no row of its tables is left out, but for those that are written after its begin. */
  public boolean isOfEverything() {
    Instant begin = from;
    return ids.isEmpty()
        && Stream.of(key, type, topic, to).allMatch(criterion -> criterion == null)
        && (begin == null || !begin.isAfter(Instant.EPOCH));
  }

  /** The criteria that are given, by name, for the audit record. */
  public Map<String, Object> parameters() {
    Map<String, Object> given = new LinkedHashMap<>();
    if (!ids.isEmpty()) {
      given.put("ids", ids);
    }
    put(given, "key", key);
    put(given, "type", type);
    put(given, "topic", topic);
    put(given, "schema", schema);
    put(given, "from", from);
    put(given, "to", to);
    return given;
  }

  private static void put(Map<String, Object> given, String name, @Nullable Object value) {
    if (value != null) {
      given.put(name, value.toString());
    }
  }

  private static void requireText(String name, @Nullable String text) {
    if (text == null) {
      return;
    }
    if (text.isEmpty()
        || text.length() > MAX_TEXT
        || text.chars().anyMatch(Character::isISOControl)) {
      throw OperationRefusedException.invalid(
          "The %s '%s' is empty, longer than %d characters, or holds control characters."
              .formatted(name, text.length() > 60 ? text.substring(0, 60) + "…" : text, MAX_TEXT),
          "Correct it.");
    }
  }
}
