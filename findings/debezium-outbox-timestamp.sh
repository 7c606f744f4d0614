#!/usr/bin/env bash
# Debezium's outbox EventRouter cannot take the record's timestamp from a MySQL TIMESTAMP column: the connector makes a string
# of it, and table.field.event.timestamp wants a number with one of Debezium's logical names. DATETIME does, in one mode.
#
# Seen with: debezium-connector-mysql and debezium-connect-plugins 3.6.1.Final, connect-transforms 4.3.1, Java 17. The schemas
# are those that the connector's converters make of the column in three values of time.precision.mode (the first one is the
# default); the router has table.field.event.timestamp=created_at and nothing else.
# One would expect created_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) to be what the setting is for.
#
# Whom it hurts: without the setting a record's timestamp is the moment at which the connector came to the row; after a stop
# or a backlog that is not when the event was, and offsetsForTimes, time windows and retention go by it. With the setting, an
# outbox table that has TIMESTAMP fails at its first event, and so does one with DATETIME where the mode is connect.
# What to do: DATETIME(3) or DATETIME(6) filled in UTC (the connector takes its digits for UTC), and the default mode.
#
# Output seen:
#   ADAPTIVE_TIME_MICROSECONDS | TIMESTAMP(6) -> STRING ZonedTimestamp           | DataException: Field 'created_at' is not of type INT64
#   ADAPTIVE_TIME_MICROSECONDS | DATETIME(6)  -> INT64 MicroTimestamp            | timestamp 1000
#   ADAPTIVE_TIME_MICROSECONDS | BIGINT       -> INT64                           | ConnectException: Unsupported field type INT64 (without logical schema name) for event timestamp
#   CONNECT                    | TIMESTAMP(6) -> STRING ZonedTimestamp           | DataException: Field 'created_at' is not of type INT64
#   CONNECT                    | DATETIME(6)  -> INT64 Timestamp                 | ClassCastException
#   CONNECT                    | BIGINT       -> INT64                           | ConnectException: Unsupported field type INT64 (without logical schema name) for event timestamp
#   ISOSTRING                  | TIMESTAMP(6) -> STRING ZonedTimestamp           | DataException: Field 'created_at' is not of type INT64
#   ISOSTRING                  | DATETIME(6)  -> STRING IsoTimestamp             | DataException: Field 'created_at' is not of type INT64
#   ISOSTRING                  | BIGINT       -> INT64                           | ConnectException: Unsupported field type INT64 (without logical schema name) for event timestamp
#
# Exit status 0 while connector and router still do exactly this, 1 if that has changed.
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
    <dependency><groupId>io.debezium</groupId><artifactId>debezium-connector-mysql</artifactId><version>3.6.1.Final</version></dependency>
    <dependency><groupId>io.debezium</groupId><artifactId>debezium-connect-plugins</artifactId><version>3.6.1.Final</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>connect-transforms</artifactId><version>4.3.1</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Stamp.java <<'JAVA'
import io.debezium.bean.DefaultBeanRegistry;
import io.debezium.config.CommonConnectorConfig.BinaryHandlingMode;
import io.debezium.config.CommonConnectorConfig.EventConvertingFailureHandlingMode;
import io.debezium.config.Configuration;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import io.debezium.connector.mysql.charset.MySqlCharsetRegistryServiceProvider;
import io.debezium.connector.mysql.jdbc.MySqlValueConverters;
import io.debezium.jdbc.JdbcValueConverters.BigIntUnsignedMode;
import io.debezium.jdbc.JdbcValueConverters.DecimalMode;
import io.debezium.jdbc.TemporalPrecisionMode;
import io.debezium.relational.Column;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.relational.Tables.TableFilter;
import io.debezium.service.DefaultServiceRegistry;
import io.debezium.transforms.outbox.EventRouter;
import java.util.Date;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

public class Stamp {
  static final String[] TYPES = {"TIMESTAMP(6)", "DATETIME(6)", "BIGINT"};

  public static void main(String[] none) {
    for (var mode : new TemporalPrecisionMode[] {
        TemporalPrecisionMode.ADAPTIVE_TIME_MICROSECONDS, TemporalPrecisionMode.CONNECT, TemporalPrecisionMode.ISOSTRING}) {
      for (String type : TYPES) {
        Schema schema = converters(mode).schemaBuilder(column(type)).build();
        System.out.printf("%-26s | %-12s -> %-31s | %s%n", mode, type, name(schema), routed(schema));
      }
    }
  }

  static String name(Schema schema) {
    String name = schema.name() == null ? "" : schema.name().substring(schema.name().lastIndexOf('.') + 1);
    return schema.type() + " " + name;
  }

  static Column column(String type) {
    var parser =
        new MySqlAntlrDdlParser(true, false, false, TableFilter.includeAll(), new MySqlCharsetRegistry());
    var tables = new Tables();
    parser.setCurrentSchema("shop");
    parser.parse("CREATE TABLE outbox (created_at " + type + " NOT NULL)", tables);
    return tables.forTable(new TableId("shop", null, "outbox")).columnWithName("created_at");
  }

  static MySqlValueConverters converters(TemporalPrecisionMode mode) {
    var services = new DefaultServiceRegistry(Configuration.empty(), new DefaultBeanRegistry());
    services.registerServiceProvider(new MySqlCharsetRegistryServiceProvider());
    return new MySqlValueConverters(
        DecimalMode.PRECISE, mode, BigIntUnsignedMode.LONG, BinaryHandlingMode.BYTES, date -> date,
        EventConvertingFailureHandlingMode.FAIL, services);
  }

  static String routed(Schema createdAt) {
    var router = new EventRouter<SourceRecord>();
    router.configure(Map.of("table.field.event.timestamp", "created_at"));
    try {
      return "timestamp " + router.apply(inserted(createdAt)).timestamp();
    } catch (ClassCastException e) {
      return "ClassCastException";
    } catch (ConnectException e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }

  static SourceRecord inserted(Schema createdAt) {
    Schema row = SchemaBuilder.struct().optional()
        .field("id", Schema.STRING_SCHEMA)
        .field("aggregatetype", Schema.STRING_SCHEMA)
        .field("aggregateid", Schema.STRING_SCHEMA)
        .field("type", Schema.STRING_SCHEMA)
        .field("payload", Schema.STRING_SCHEMA)
        .field("created_at", createdAt)
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
        .put("id", "1").put("aggregatetype", "order").put("aggregateid", "7").put("type", "OrderPaid").put("payload", "{}")
        .put("created_at", oneSecond(createdAt));
    var value = new Struct(change)
        .put("after", after).put("source", new Struct(source).put("connector", "mysql")).put("op", "c").put("ts_ms", 0L);
    return new SourceRecord(Map.of(), Map.of(), "shop.outbox", null, Schema.STRING_SCHEMA, "1", change, value);
  }

  /** 1970-01-01T00:00:01Z in the form that the schema asks for. */
  static Object oneSecond(Schema schema) {
    if (schema.type() == Schema.Type.STRING) {
      return "1970-01-01T00:00:01Z";
    }
    if ("org.apache.kafka.connect.data.Timestamp".equals(schema.name())) {
      return new Date(1000);
    }
    return "io.debezium.time.MicroTimestamp".equals(schema.name()) ? 1_000_000L : 1_000L;
  }
}
JAVA

java -cp 'lib/*' Stamp.java >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
