package dev.outrail.payment.running;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks events against their contracts. */
public final class Events {

  private Events() {}

  /** What the contract of this event type has against the payload. */
  public static List<String> violations(String type, String payload) {
    return contract(type)
        .validate(
            payload,
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Object::toString)
        .toList();
  }

  public static JsonNode json(String payload) {
    return JsonMapper.builder().build().readTree(payload);
  }

  private static Schema contract(String type) {
    String file = "/outrail/schema/events/" + type + ".schema.json";
    try (InputStream in = Events.class.getResourceAsStream(file)) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
