#!/usr/bin/env bash
# Debezium's outbox EventRouter with table.expand.json.payload=true does not pass a JSON payload on: empty arrays and nulls
# vanish, large numbers are rounded, and the shape of one array decides whether the value is an object or a string.
#
# Seen with: debezium-connect-plugins 3.6.1.Final (EventRouter), connect-json 4.3.1 (JsonConverter, schemas.enable=false), Java 17.
# One would expect the same JSON at the other end, as the option is for getting rid of the quotes around it. The payload is
# turned into a Connect struct whose schema is guessed from this one payload, and back.
#
# Whom it hurts: consumers that tell "no lines" from "not said", that sum amounts, or that parse the value as one type: with
# the order ids [7, 3000000000] (one fits 32 bits, one does not) the event is a JSON string instead of an object. The two
# exceptions are the converter's: the router logs that it could not expand, and leaves the text under the guessed schema.
# In Kafka Connect this ends the task.
# What to do: leave the option off and pass the text through (StringConverter or ByteArrayConverter). A null alone is kept by
# table.json.payload.null.behavior=optional_bytes.
#
# Output seen:
#   {"lines":[]}                        -> {}
#   {"note":null}                       -> {}
#   {"total":12345678901234567.89}      -> {"total":1.2345678901234568E16}
#   {"total":12345678901234567890}      -> DataException: Invalid type for STRUCT: class java.lang.String
#   {"orders":[7,8]}                    -> {"orders":[7,8]}
#   {"orders":[7,3000000000]}           -> "{\"orders\":[7,3000000000]}"
#   {"prices":[1,2.5]}                  -> "{\"prices\":[1,2.5]}"
#   {"lines":[{"sku":1},{"gift":true}]} -> {"lines":[{"sku":1,"gift":null},{"sku":null,"gift":true}]}
#   [{"sku":1}]                         -> DataException: Invalid type for ARRAY: class java.lang.String
#
# Exit status 0 while the router still does exactly this, 1 if that has changed.
set -euo pipefail
expected=$(sed -n '/^# Output seen:$/,/^#$/s/^#   //p' "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.debezium</groupId><artifactId>debezium-connect-plugins</artifactId><version>3.6.1.Final</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>connect-json</artifactId><version>4.3.1</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>connect-transforms</artifactId><version>4.3.1</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Expand.java <<'JAVA'
import io.debezium.transforms.outbox.EventRouter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

public class Expand {
  static final String[] PAYLOADS = {
    "{\"lines\":[]}",
    "{\"note\":null}",
    "{\"total\":12345678901234567.89}",
    "{\"total\":12345678901234567890}",
    "{\"orders\":[7,8]}",
    "{\"orders\":[7,3000000000]}",
    "{\"prices\":[1,2.5]}",
    "{\"lines\":[{\"sku\":1},{\"gift\":true}]}",
    "[{\"sku\":1}]"
  };

  public static void main(String[] none) {
    var router = new EventRouter<SourceRecord>();
    router.configure(Map.of("table.expand.json.payload", "true"));
    var converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "false"), false);
    for (String payload : PAYLOADS) {
      System.out.printf("%-35s -> %s%n", payload, routed(router, converter, payload));
    }
  }

  static String routed(EventRouter<SourceRecord> router, JsonConverter converter, String payload) {
    try {
      SourceRecord event = router.apply(inserted(payload));
      return new String(
          converter.fromConnectData(event.topic(), event.valueSchema(), event.value()), StandardCharsets.UTF_8);
    } catch (DataException e) {
      return "DataException: " + e.getMessage();
    }
  }

  /** What the MySQL connector makes of an INSERT into the outbox table, as far as the router looks at it. */
  static SourceRecord inserted(String payload) {
    Schema row = SchemaBuilder.struct().optional()
        .field("id", Schema.STRING_SCHEMA)
        .field("aggregatetype", Schema.STRING_SCHEMA)
        .field("aggregateid", Schema.STRING_SCHEMA)
        .field("type", Schema.STRING_SCHEMA)
        .field("payload", Schema.OPTIONAL_STRING_SCHEMA)
        .build();
    Schema source = SchemaBuilder.struct().field("connector", Schema.STRING_SCHEMA).build();
    Schema change = SchemaBuilder.struct().name("shop.outbox.Envelope")
        .field("before", row)
        .field("after", row)
        .field("source", source)
        .field("op", Schema.STRING_SCHEMA)
        .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
        .build();
    var after = new Struct(row)
        .put("id", "1").put("aggregatetype", "order").put("aggregateid", "7").put("type", "OrderPaid").put("payload", payload);
    var value = new Struct(change)
        .put("after", after).put("source", new Struct(source).put("connector", "mysql")).put("op", "c").put("ts_ms", 0L);
    return new SourceRecord(Map.of(), Map.of(), "shop.outbox", null, Schema.STRING_SCHEMA, "1", change, value);
  }
}
JAVA

java -cp 'lib/*' Expand.java >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
