package dev.outrail.stock;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The contracts of the events. */
public final class EventSchemas {

  private EventSchemas() {}

  /** What is wrong with a payload; empty if nothing is. */
  public static List<?> errors(String type, String payload) {
    String file = "/outrail/schema/events/" + type + ".schema.json";
    try (InputStream in = EventSchemas.class.getResourceAsStream(file)) {
      String schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(schema, InputFormat.JSON)
          .validate(
              payload,
              InputFormat.JSON,
              context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
