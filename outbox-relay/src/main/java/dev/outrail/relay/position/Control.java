package dev.outrail.relay.position;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrail.relay.problem.HaltException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * What an operator told the relays of this name, kept in Kafka so that it outlives each of them.
 *
 * @param by who paused it; empty while it is not
 * @param reason why; may be empty
 * @param at when; null while it is not paused
 */
public record Control(boolean paused, String by, String reason, @Nullable Instant at) {

  public static final Control RUN = new Control(false, "", "", null);

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  public static Control pausedBy(String by, String reason, Instant at) {
    return new Control(true, by, reason, at);
  }

  byte[] toBytes() {
    ObjectNode root = JSON.createObjectNode().put("version", VERSION).put("paused", paused);
    Instant since = at;
    if (since != null) {
      root.put("by", by).put("reason", reason).put("at", since.toString());
    }
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a record's value.
   *
   * @throws HaltException if it is of another version, or damaged: a relay that cannot tell whether
   *     it is paused must not run
   */
  static Control read(byte[] value) {
    try {
      JsonNode root = JSON.readTree(value);
      int version = root.path("version").asInt(-1);
      if (version != VERSION) {
        throw HaltException.ofThisProcess(
            "The record that says whether the relay is paused has version %d; this release reads version %d."
                .formatted(version, VERSION),
            "Use the release that wrote it, or a newer one.",
            null);
      }
      if (!root.path("paused").asBoolean()) {
        return RUN;
      }
      return pausedBy(
          root.path("by").asText(),
          root.path("reason").asText(),
          Instant.parse(root.path("at").asText()));
    } catch (IOException | DateTimeParseException e) {
      throw damaged(value, e);
    }
  }

  private static HaltException damaged(byte[] value, Exception cause) {
    return new HaltException(
        "The record that says whether the relay is paused is damaged: "
            + new String(value, StandardCharsets.UTF_8)
            + ".",
        "Find out who else writes to the position topic. A record without value under the same key says 'not paused';"
            + " then restart the relay.",
        cause);
  }
}
