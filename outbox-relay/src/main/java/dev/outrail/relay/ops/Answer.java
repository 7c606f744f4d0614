package dev.outrail.relay.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrail.relay.operate.OperateJson;
import dev.outrail.relay.operate.OperationRefusedException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an HTTP call is answered with. */
record Answer(int code, String contentType, String body, Map<String, String> headers) {

  static Answer json(int code, Object value) {
    try {
      return new Answer(
          code,
          "application/json",
          OperateJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n",
          Map.of());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A refusal.
   *
   * @param error one word for programs
   */
  static Answer error(int code, String error, String what, String remedy) {
    return error(code, error, what, remedy, null);
  }

  static Answer refused(OperationRefusedException e) {
    return error(
        e.refusal().httpCode(),
        e.refusal().name(),
        e.problem().what(),
        e.problem().remedy(),
        e.activeAddress());
  }

  private static Answer error(
      int code, String error, String what, String remedy, @Nullable String activeAddress) {
    ObjectNode body = OperateJson.MAPPER.createObjectNode();
    ObjectNode content = body.putObject("error");
    content.put("code", error);
    content.put("what", what);
    content.put("remedy", remedy);
    if (activeAddress != null) {
      content.put("activeAddress", activeAddress);
    }
    return json(code, body);
  }

  Answer with(String header, String value) {
    return new Answer(code, contentType, body, Map.of(header, value));
  }
}
