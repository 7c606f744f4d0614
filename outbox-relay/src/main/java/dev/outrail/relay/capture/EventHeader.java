package dev.outrail.relay.capture;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A record header that an event's writer has asked for, in the column {@code headers}. */
public record EventHeader(String name, String value) {

  private static final JsonFactory JSON = new JsonFactory();

  /** The one of a reserved kind that writers do set: the event that this one follows from. */
  private static final String CAUSE = "ce_causationid";

  private static final Set<String> RESERVED =
      Set.of("id", "eventtype", "content-type", "traceparent", "tracestate", "replay");

  private static final List<String> RESERVED_BEGINNINGS = List.of("ce_", "kafka_", "outrail");

  private static final int SHOWN = 60;

  /**
   * Reads the column: a JSON array of pairs, {@code [["tenant", "eu"], ["tenant", "us"]]}.
   *
   * @return in their order, repeated names included
   * @throws IllegalArgumentException if it is anything else, or has a name that is reserved; says
   *     why the row can be no record
   */
  static List<EventHeader> read(String json) {
    try (JsonParser parser = JSON.createParser(json)) {
      List<EventHeader> headers = new ArrayList<>();
      require(parser.nextToken() == JsonToken.START_ARRAY, "it is no array", json);
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        String name = text(parser, json);
        String value = text(parser, json);
        require(parser.nextToken() == JsonToken.END_ARRAY, "a pair has two texts", json);
        headers.add(checked(name, value, json));
      }
      require(parser.currentToken() == JsonToken.END_ARRAY, "it holds what is no pair", json);
      require(parser.nextToken() == null, "something follows the array", json);
      return List.copyOf(headers);
    } catch (JsonProcessingException e) {
      throw refused(e.getOriginalMessage(), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // none is possible: the text is in memory
    }
  }

  private static String text(JsonParser parser, String json) throws IOException {
    require(parser.nextToken() == JsonToken.VALUE_STRING, "a pair has two texts", json);
    return parser.getText();
  }

  private static EventHeader checked(String name, String value, String json) {
    require(!name.isBlank(), "a name is blank", json);
    require(isText(name) && isText(value), "half of a surrogate pair is no text", json);
    if (isReserved(name)) {
      throw new IllegalArgumentException(
          "its column headers has the name '%s': %s and names that begin with %s are not the writer's"
              .formatted(
                  shortened(name),
                  "id, eventType, content-type, traceparent, tracestate, replay",
                  String.join(", ", RESERVED_BEGINNINGS)));
    }
    return new EventHeader(name, value);
  }

  private static boolean isReserved(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !name.equals(CAUSE)
        && (RESERVED.contains(lower) || RESERVED_BEGINNINGS.stream().anyMatch(lower::startsWith));
  }

  /** Whether UTF-8 can say it. */
  private static boolean isText(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static void require(boolean fulfilled, String why, String json) {
    if (!fulfilled) {
      throw refused(why, json);
    }
  }

  private static IllegalArgumentException refused(@Nullable String why, String json) {
    return new IllegalArgumentException(
        "its column headers is no JSON array of pairs, such as [[\"tenant\", \"eu\"]]: %s, in %s"
            .formatted(why, shortened(json)));
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
