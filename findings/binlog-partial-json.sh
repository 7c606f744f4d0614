#!/usr/bin/env bash
# With binlog_row_value_options=PARTIAL_JSON the binlog client hands out an UPDATE as an event without data, and no error: the
# change of every column is gone, not only that of the JSON document.
#
# Seen with: mysql-binlog-connector-java 0.41.0 (io.debezium), EventDeserializer, Java 17.
# The bytes are what MySQL 8.0.31 wrote (binlog_row_image FULL, binlog_row_metadata MINIMAL) for
#   UPDATE stock SET n = n + 1, doc = JSON_SET(doc, '$.size', 20) WHERE id = 1
# once with the option, once without. One would expect an error, or the row with a document that is marked as not known.
# The client knows the type's name, has no decoder for it, and gives null as for any event that nobody cares for.
#
# Whom it hurts: who captures a table with a JSON column that is updated. The option can be set for one session, at any time,
# so what the server's global value is when a capture starts does not exclude it. An outbox that is only inserted into is safe.
# What to do: leave the option empty; let the reader stop at this type instead of passing events whose data is null.
#
# Output seen:
#   option PARTIAL_JSON | PARTIAL_UPDATE_ROWS_EVENT | data: null
#   option ''           | EXT_UPDATE_ROWS           | data: id 1, n 1 -> id 1, n 2
#
# Exit status 0 while the client still does exactly this, 1 if that has changed.
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
    <dependency><groupId>io.debezium</groupId><artifactId>mysql-binlog-connector-java</artifactId><version>0.41.0</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Decode.java <<'JAVA'
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.util.HexFormat;

public class Decode {
  static final String TABLE_MAP =
      "a8db0d6b13010000003200000057040000000057000000000001000473686f70000573746f636b00030303f5010406010100";
  static final String PARTIAL =
      "a8db0d6b270100000069000000c004000000005700000000000100020003ffff00010000000000000021000000000200200012000400160004000c1a00050a006e616d6573697a6505636861697201010001000000010000000c0000000006242e73697a6503051400";
  static final String FULL =
      "a8db0d6b1f010000007c0000002406000000005700000000000100020003ffff00010000000100000021000000000200200012000400160004000c1a000514006e616d6573697a6505636861697200010000000200000021000000000200200012000400160004000c1a00051e006e616d6573697a65056368616972";

  public static void main(String[] none) throws Exception {
    print("PARTIAL_JSON", PARTIAL);
    print("''", FULL);
  }

  static void print(String option, String bytes) throws Exception {
    var deserializer = new EventDeserializer();
    next(deserializer, TABLE_MAP);
    Event event = next(deserializer, bytes);
    System.out.printf("option %-12s | %-25s | data: %s%n", option, event.getHeader().getEventType(), text(event));
  }

  static Event next(EventDeserializer deserializer, String bytes) throws Exception {
    return deserializer.nextEvent(new ByteArrayInputStream(HexFormat.of().parseHex(bytes)));
  }

  static String text(Event event) {
    if (!(event.getData() instanceof UpdateRowsEventData update)) {
      return String.valueOf((Object) event.getData());
    }
    var row = update.getRows().get(0);
    return "id %s, n %s -> id %s, n %s"
        .formatted(row.getKey()[0], row.getKey()[1], row.getValue()[0], row.getValue()[1]);
  }
}
JAVA

java -cp 'lib/*' Decode.java >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
