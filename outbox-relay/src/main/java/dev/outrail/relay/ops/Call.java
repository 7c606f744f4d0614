package dev.outrail.relay.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import dev.outrail.relay.operate.Author;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP call, read strictly: what is not understood is refused, with its name, rather than
 * ignored.
 */
final class Call {

  /** Ten thousand event ids fit. */
  static final int MAX_BODY = 1_048_576;

  private static final ObjectReader STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  /** The call cannot be carried out as it is; carries the answer. */
  static final class Refused extends RuntimeException {
    private final transient Answer answer;

    Refused(int code, String error, String what, String remedy) {
      super(what);
      this.answer = Answer.error(code, error, what, remedy);
    }

    Answer answer() {
      return answer;
    }
  }

  private final HttpExchange exchange;
  private final MatchResult path;
  private byte[] received = {};

  Call(HttpExchange exchange, MatchResult path) {
    this.exchange = exchange;
    this.path = path;
  }

  /** A part of the path. */
  String part(int group) {
    return path.group(group);
  }

  @Nullable String header(String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  void requireNoParameters() {
    String query = exchange.getRequestURI().getRawQuery();
    if (query != null && !query.isEmpty()) {
      throw invalid(
          "Unknown parameter '%s'.".formatted(query.split("[=&]", 2)[0]),
          "%s takes none; what there is to say goes into the JSON body of a POST."
              .formatted(exchange.getRequestURI().getPath()));
    }
  }

  /**
   * Reads the body, at the client's pace.
   *
   * @throws Refused if it is too large
   */
  void receive() {
    received = bytes();
  }

  /**
   * The fields of the body that was received; empty if there is none.
   *
   * @throws Refused if it is not JSON, or has fields besides these
   */
  Fields body(List<String> known) {
    byte[] bytes = received;
    if (bytes.length == 0) {
      return new Fields(JsonNodeFactory.instance.objectNode());
    }
    String type = header("Content-Type");
    if (type == null || !isJson(type)) {
      throw new Refused(
          415,
          "UNSUPPORTED_MEDIA_TYPE",
          "The body is %s.".formatted(type == null ? "of no declared type" : type),
          "Send JSON, with Content-Type: application/json.");
    }
    JsonNode root;
    try {
      root = STRICT.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw invalid("The body is no valid JSON: " + e.getOriginalMessage(), "Correct it.");
    } catch (IOException e) {
      throw invalid("The body cannot be read: " + e, "Send it again.");
    }
    if (root == null || !root.isObject()) {
      throw invalid("The body is no JSON object.", "Send {…} with the fields %s.".formatted(known));
    }
    for (var fields = root.fieldNames(); fields.hasNext(); ) {
      String field = fields.next();
      if (!known.contains(field)) {
        throw invalid("Unknown field '%s'.".formatted(field), "There are %s.".formatted(known));
      }
    }
    return new Fields(root);
  }

  /** From the header X-Operator (percent-encoded where it is not ASCII) and the field reason. */
  Author author(Fields fields) {
    String by = header("X-Operator");
    String reason = fields.text("reason");
    return new Author(by == null ? Author.UNKNOWN : decoded(by), reason == null ? "" : reason);
  }

  static Refused invalid(String what, String remedy) {
    return new Refused(400, "INVALID", what, remedy);
  }

  private byte[] bytes() {
    try {
      byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
      if (bytes.length > MAX_BODY) {
        throw new Refused(
            413,
            "TOO_LARGE",
            "The body is larger than %d bytes.".formatted(MAX_BODY),
            "Split the request.");
      }
      return bytes;
    } catch (IOException e) {
      throw invalid("The body cannot be read: " + e.getMessage(), "Send it again.");
    }
  }

  private static boolean isJson(String type) {
    String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return bare.equals("application/json");
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a percent sign that means itself
    }
  }

  /** The fields of a body, each of its own type. */
  static final class Fields {

    private final JsonNode root;

    Fields(JsonNode root) {
      this.root = root;
    }

    @Nullable String text(String name) {
      JsonNode value = root.get(name);
      if (value == null || value.isNull()) {
        return null;
      }
      if (!value.isTextual()) {
        throw wrongType(name, "a string");
      }
      return value.asText();
    }

    boolean flag(String name) {
      JsonNode value = root.get(name);
      if (value == null || value.isNull()) {
        return false;
      }
      if (!value.isBoolean()) {
        throw wrongType(name, "true or false");
      }
      return value.asBoolean();
    }

    List<String> texts(String name) {
      JsonNode value = root.get(name);
      if (value == null || value.isNull()) {
        return List.of();
      }
      if (!value.isArray()) {
        throw wrongType(name, "a list of strings");
      }
      List<String> texts = new ArrayList<>();
      for (JsonNode element : value) {
        if (!element.isTextual()) {
          throw wrongType(name, "a list of strings");
        }
        texts.add(element.asText());
      }
      return texts;
    }

    private static Refused wrongType(String name, String type) {
      return invalid("'%s' is not %s.".formatted(name, type), "Correct it.");
    }
  }
}
