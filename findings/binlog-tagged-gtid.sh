#!/usr/bin/env bash
# The binlog client decodes a tagged GTID (MySQL 8.3+) and does not count it: its own GTID set lacks every tagged transaction,
# so a reader that goes on from that set is sent them once more.
#
# Seen with: mysql-binlog-connector-java 0.41.0 (io.debezium), BinaryLogClient, Java 17.
# The bytes are what MySQL 9.7.4 wrote for three transactions, the second one after SET gtid_next='AUTOMATIC:billing'.
# gtid_executed was then S:1-4505:billing:1 (S: the server's uuid). One would expect the same of the client after the third commit.
# The client's own reconnect (keep alive) asks for the binlog by this set. Against MySQL 9.7.4 a second connect() with the set
# that the first one had left got the transaction S:billing:1 again.
#
# Whom it hurts: readers whose position is BinaryLogClient.getGtidSet(), or that let the client reconnect by itself.
# What to do: keep the set oneself, from the data of GTID and GTID_TAGGED events (GtidSet.addGtid takes tags well, see the last
# line), set it before each connect, and switch the client's keep alive off.
#
# Output seen:
#   committed S:4504      | client's set S:1-4504
#   committed S:billing:1 | client's set S:1-4504
#   committed S:4505      | client's set S:1-4505
#   GtidSet with addGtid  | S:1-4505:billing:1-1
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

cat > Count.java <<'JAVA'
import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.GtidSet;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.GtidEventData;
import com.github.shyiko.mysql.binlog.event.GtidTaggedEventData;
import com.github.shyiko.mysql.binlog.event.MySqlGtid;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.util.HexFormat;

/** The client without a connection: it is given the events that its reading thread would give it. */
public class Count extends BinaryLogClient {
  static final String SERVER = "fae9239d-ecfa-11f1-aa51-02fc00000001";
  static final String[] EVENTS = { // of each transaction: GTID or GTID_TAGGED, BEGIN, the commit (XID)
    "a8db0d6b21010000004b000000a0020000000000fae9239decfa11f1aa5102fc0000000198110000000000000202000000000000000300000000000000aac7f534846106fc050150620100",
    "a8db0d6b020100000047000000e702000008000e000000000000000400001d000000000000012000a04500000000060373746404ff00ff00ff0012ff0073686f7000424547494e",
    "a8db0d6b10010000001b0000005a03000000006c27000000000000",
    "a8db0d6b2a0100000050000000aa0300000000027a00000002e903a503467502b103e90322c503a902a204f103000000020404060e62696c6c696e6708080a100c7f67c9f5348461061029041283120b",
    "a8db0d6b020100000047000000f103000008000e000000000000000400001d000000000000012000a04500000000060373746404ff00ff00ff0012ff0073686f7000424547494e",
    "a8db0d6b10010000001b0000006404000000006e27000000000000",
    "a8db0d6b21010000004b000000af040000000000fae9239decfa11f1aa5102fc000000019911000000000000020200000000000000050000000000000047ccf534846106fc050150620100",
    "a8db0d6b020100000047000000f604000008000e000000000000000400001d000000000000012000a04500000000060373746404ff00ff00ff0012ff0073686f7000424547494e",
    "a8db0d6b10010000001b0000006905000000007027000000000000",
  };

  Count() {
    super("localhost", 3306, "user", "password"); // is never connected
  }

  public static void main(String[] none) throws Exception {
    var client = new Count();
    client.setGtidSet(SERVER + ":1-4503");
    var own = new GtidSet(SERVER + ":1-4503");
    var deserializer = new EventDeserializer();
    MySqlGtid current = null;
    for (String bytes : EVENTS) {
      Event event = deserializer.nextEvent(new ByteArrayInputStream(HexFormat.of().parseHex(bytes)));
      client.updateGtidSet(event);
      if (event.getData() instanceof GtidEventData gtid) {
        current = gtid.getMySqlGtid();
      } else if (event.getData() instanceof GtidTaggedEventData tagged) {
        current = tagged.getMySqlGtid();
      }
      if (event.getHeader().getEventType().name().equals("XID")) {
        own.addGtid(current);
        System.out.printf("committed %-11s | client's set %s%n", shorter(current), shorter(client.getGtidSet()));
      }
    }
    System.out.println("GtidSet with addGtid  | " + shorter(own));
  }

  static String shorter(Object gtids) {
    return gtids.toString().replace(SERVER, "S");
  }
}
JAVA

java -cp 'lib/*' Count.java >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
