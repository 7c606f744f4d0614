package dev.outrail.relay.position;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrail.relay.capture.TableName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * By outbox table, since when the relay has read all that was written to it: a row created at or
 * after that time was, or will be, published; an older one may never have been. Immutable.
 *
 * <p>It lies beside the tables' shapes, as a field of their record: a release that does not know it
 * drops it when it writes shapes of its own, and the next one that does begins anew from its own
 * time on.
 *
 * <pre>{@code
 * "coverage":{"pay.outbox":"everything","ord.outbox":"2026-01-31T12:00:00.000123Z"}
 * }</pre>
 */
public record Coverage(SortedMap<String, Instant> since) {

  /** Nothing is known of any table, so nothing counts as read. */
  public static final Coverage UNKNOWN = new Coverage(new TreeMap<>());

  /** All rows were read, however old. */
  public static final Instant EVERYTHING = Instant.MIN;

  /** No row counts as read, and none that is to come. */
  public static final Instant NOTHING = Instant.MAX;

  private static final String FIELD = "coverage";
  private static final String EVERYTHING_TEXT = "everything";
  private static final String NOTHING_TEXT = "nothing";
  private static final ObjectMapper JSON = new ObjectMapper();

  public Coverage {
    since = new TreeMap<>(since);
  }

  /** Of exactly these tables. */
  public static Coverage of(Collection<TableName> tables, Function<TableName, Instant> since) {
    SortedMap<String, Instant> all = new TreeMap<>();
    tables.forEach(table -> all.put(table.toString(), since.apply(table)));
    return new Coverage(all);
  }

  /** Whether something is known of the table. */
  public boolean knows(TableName table) {
    return since.containsKey(table.toString());
  }

  /** Since when the table was read; {@link #NOTHING} if that is not known. */
  public Instant since(TableName table) {
    return since.getOrDefault(table.toString(), NOTHING);
  }

  /** The same, but for these tables. */
  public Coverage with(Collection<TableName> tables, Instant newSince) {
    SortedMap<String, Instant> all = new TreeMap<>(since);
    tables.forEach(table -> all.put(table.toString(), newSince));
    return new Coverage(all);
  }

  /**
   * Takes it out of the tables' record. What is damaged counts as unknown: then less is purged, and
   * nothing is lost.
   */
  static Coverage takeFrom(ObjectNode tablesRecord) {
    SortedMap<String, Instant> all = new TreeMap<>();
    JsonNode field = tablesRecord.remove(FIELD);
    if (field == null) {
      return UNKNOWN;
    }
    for (Map.Entry<String, JsonNode> one : field.properties()) {
      Instant time = time(one.getValue().asText());
      if (time != null) {
        all.put(one.getKey(), time);
      }
    }
    return new Coverage(all);
  }

  /**
   * The tables' record.
   *
   * @param shapes as they are stored without it; null if they are not known
   */
  String addTo(@Nullable String shapes) {
    try {
      ObjectNode root =
          shapes == null
              ? JSON.createObjectNode().put("version", 1)
              : (ObjectNode) JSON.readTree(shapes);
      ObjectNode field = root.putObject(FIELD);
      since.forEach((table, time) -> field.put(table, text(time)));
      return root.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("No shapes: " + shapes, e);
    }
  }

  private static String text(Instant time) {
    return time.equals(EVERYTHING)
        ? EVERYTHING_TEXT
        : time.equals(NOTHING) ? NOTHING_TEXT : time.toString();
  }

  private static @Nullable Instant time(String text) {
    try {
      return switch (text) {
        case EVERYTHING_TEXT -> EVERYTHING;
        case NOTHING_TEXT -> NOTHING;
        default -> Instant.parse(text);
      };
    } catch (DateTimeException e) {
      return null;
    }
  }
}
