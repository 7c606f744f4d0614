package dev.outrail.relay.position;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrail.relay.problem.HaltException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a position record. Version 1; a reader ignores fields that it does not know and
 * refuses a version that it does not know.
 *
 * <pre>{@code
 * {"version":1,"gtids":"<set>","partial":{"gtid":"<gtid>","rows":2,"lastId":"<event id>"},
 *  "owner":"<process>","address":"<url>","upTo":"<RFC 3339>","writtenAt":"<RFC 3339>"}
 * }</pre>
 */
public final class PositionFormat {

  static final int VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  private PositionFormat() {}

  public static byte[] write(StoredPosition stored, Instant now) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    root.put("gtids", stored.position().completed());
    Position.Partial partial = stored.position().partial();
    if (partial != null) {
      root.putObject("partial")
          .put("gtid", partial.gtid())
          .put("rows", partial.rows())
          .put("lastId", partial.lastId());
    }
    root.put("owner", stored.owner());
    if (stored.address() != null) {
      root.put("address", stored.address());
    }
    if (stored.upTo() != null) {
      root.put("upTo", stored.upTo().toString());
    }
    root.put("writtenAt", now.toString());
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a record's value.
   *
   * @throws HaltException if it is of another version, or not a position at all
   */
  public static StoredPosition read(byte[] value) {
    JsonNode root;
    try {
      root = JSON.readTree(new String(value, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw unreadable(value, e);
    }
    int version = root.path("version").asInt(-1);
    if (version != VERSION) {
      throw HaltException.ofThisProcess(
          "The position record has version %d; this release reads version %d."
              .formatted(version, VERSION),
          "Use the release that wrote it, or a newer one.",
          null);
    }
    JsonNode gtids = root.path("gtids");
    JsonNode partial = root.path("partial");
    boolean partialFits =
        partial.isMissingNode()
            || (partial.path("gtid").isTextual()
                && partial.path("rows").canConvertToLong()
                && partial.path("rows").asLong() > 0
                && partial.path("lastId").isTextual());
    if (!gtids.isTextual() || gtids.asText().isEmpty() || !partialFits) {
      throw unreadable(value, null);
    }
    return new StoredPosition(
        new Position(
            gtids.asText(),
            partial.isMissingNode()
                ? null
                : new Position.Partial(
                    partial.path("gtid").asText(),
                    partial.path("rows").asLong(),
                    partial.path("lastId").asText())),
        root.path("owner").asText(""),
        root.path("address").isTextual() ? root.path("address").asText() : null,
        time(root.path("upTo")));
  }

  /** A hint for status pages: one that cannot be read is none. */
  private static @Nullable Instant time(JsonNode text) {
    try {
      return text.isTextual() ? Instant.parse(text.asText()) : null;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static HaltException unreadable(byte[] value, @Nullable Throwable cause) {
    return new HaltException(
        "The position record is damaged: " + new String(value, StandardCharsets.UTF_8) + ".",
        "Find out who else writes to the position topic. The record before it, if compaction has left it, has the last"
            + " good position.",
        cause);
  }
}
