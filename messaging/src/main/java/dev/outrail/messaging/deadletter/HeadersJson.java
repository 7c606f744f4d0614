package dev.outrail.messaging.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** A record's headers as JSON, in their order, repeated names included; and back, byte for byte. */
final class HeadersJson {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String BASE64 = "base64";

  private HeadersJson() {}

  static String write(Headers headers) {
    ArrayNode all = JSON.createArrayNode();
    for (Header header : headers) {
      ArrayNode one = all.addArray().add(header.key());
      byte[] value = header.value();
      if (value == null) {
        one.addNull();
      } else if (isText(value)) {
        one.add(new String(value, UTF_8));
      } else {
        one.add(Base64.getEncoder().encodeToString(value)).add(BASE64);
      }
    }
    return JSON.writeValueAsString(all);
  }

  private static boolean isText(byte[] value) {
    return Arrays.equals(new String(value, UTF_8).getBytes(UTF_8), value);
  }

  /** To look at; of a name that occurs twice, the last. */
  static Map<String, String> texts(Headers headers) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Header header : headers) {
      byte[] value = header.value();
      texts.put(
          header.key(),
          value == null
              ? ""
              : isText(value)
                  ? new String(value, UTF_8)
                  : Base64.getEncoder().encodeToString(value));
    }
    return texts;
  }

  static Headers read(String json) {
    RecordHeaders headers = new RecordHeaders();
    for (JsonNode one : JSON.readTree(json)) {
      JsonNode value = one.get(1);
      headers.add(
          one.get(0).stringValue(),
          value.isNull()
              ? null
              : one.size() > 2
                  ? Base64.getDecoder().decode(value.stringValue())
                  : value.stringValue().getBytes(UTF_8));
    }
    return headers;
  }
}
