#!/usr/bin/env bash
# Debezium's outbox EventRouter: route.tombstone.on.empty.payload does not decide whether an event without payload is a tombstone.
#
# Seen with: debezium-connect-plugins 3.6.1.Final (EventRouter, BinaryDataConverter), connect-json 4.3.1 (JsonConverter,
# schemas.enable=false), connect-api 4.3.1 (StringConverter), Java 17.
# One would expect a tombstone (a record without value) for each empty payload if the option is true, and for none if it is
# false. But a NULL payload is one with the string and binary converters also when it is false (the default), and is the text
# "null" with the JSON converter; a text of blanks is one when it is true, and an empty BLOB is none.
#
# Whom it hurts: with a compacted topic a tombstone deletes the last event of the aggregate, and most deserializers hand the
# consumer a null. An event that needs no data ("OrderClosed") is easily written with NULL.
# What to do: NOT NULL for the payload column, {} for an event without data; where tombstones are wanted, set the option and
# keep the column a text.
#
# Output seen:
#   option false | payload TEXT NULL | string converter | tombstone
#   option false | payload TEXT NULL | JSON   converter | value of 4 bytes: 'null'
#   option false | payload TEXT ''   | string converter | value of 0 bytes: ''
#   option false | payload TEXT '  ' | string converter | value of 2 bytes: '  '
#   option false | payload BLOB NULL | binary converter | tombstone
#   option false | payload BLOB ''   | binary converter | value of 0 bytes: ''
#   option true  | payload TEXT NULL | string converter | tombstone
#   option true  | payload TEXT NULL | JSON   converter | tombstone
#   option true  | payload TEXT ''   | string converter | tombstone
#   option true  | payload TEXT '  ' | string converter | tombstone
#   option true  | payload BLOB NULL | binary converter | tombstone
#   option true  | payload BLOB ''   | binary converter | value of 0 bytes: ''
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
    <dependency><groupId>org.apache.kafka</groupId><artifactId>connect-api</artifactId><version>4.3.1</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>connect-json</artifactId><version>4.3.1</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>connect-transforms</artifactId><version>4.3.1</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Route.java <<'JAVA'
import io.debezium.converters.BinaryDataConverter;
import io.debezium.transforms.outbox.EventRouter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.StringConverter;

public class Route {
  static final Schema TEXT = Schema.OPTIONAL_STRING_SCHEMA;
  static final Schema BLOB = Schema.OPTIONAL_BYTES_SCHEMA;

  public static void main(String[] none) {
    for (String option : new String[] {"false", "true"}) {
      print(option, "TEXT NULL", TEXT, null, "string", new StringConverter());
      print(option, "TEXT NULL", TEXT, null, "JSON", new JsonConverter());
      print(option, "TEXT ''", TEXT, "", "string", new StringConverter());
      print(option, "TEXT '  '", TEXT, "  ", "string", new StringConverter());
      print(option, "BLOB NULL", BLOB, null, "binary", new BinaryDataConverter());
      print(option, "BLOB ''", BLOB, ByteBuffer.wrap(new byte[0]), "binary", new BinaryDataConverter());
    }
  }

  static void print(String option, String column, Schema schema, Object payload, String name, Converter converter) {
    var router = new EventRouter<SourceRecord>();
    router.configure(Map.of("route.tombstone.on.empty.payload", option));
    converter.configure(Map.of("schemas.enable", "false"), false);
    SourceRecord event = router.apply(inserted(schema, payload));
    byte[] value = converter.fromConnectData(event.topic(), event.valueSchema(), event.value());
    System.out.printf(
        "option %-5s | payload %-9s | %-6s converter | %s%n",
        option, column, name,
        value == null ? "tombstone" : "value of " + value.length + " bytes: '" + new String(value, StandardCharsets.UTF_8) + "'");
  }

  /** What the MySQL connector makes of an INSERT into the outbox table, as far as the router looks at it. */
  static SourceRecord inserted(Schema payloadSchema, Object payload) {
    Schema row = SchemaBuilder.struct().optional()
        .field("id", Schema.STRING_SCHEMA)
        .field("aggregatetype", Schema.STRING_SCHEMA)
        .field("aggregateid", Schema.STRING_SCHEMA)
        .field("type", Schema.STRING_SCHEMA)
        .field("payload", payloadSchema)
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
        .put("id", "1").put("aggregatetype", "order").put("aggregateid", "7").put("type", "OrderClosed").put("payload", payload);
    var value = new Struct(change)
        .put("after", after).put("source", new Struct(source).put("connector", "mysql")).put("op", "c").put("ts_ms", 0L);
    return new SourceRecord(Map.of(), Map.of(), "shop.outbox", null, Schema.STRING_SCHEMA, "1", change, value);
  }
}
JAVA

java -cp 'lib/*' Route.java >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
