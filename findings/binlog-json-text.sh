#!/usr/bin/env bash
# The text that the binlog client makes of MySQL's binary JSON is not the text that MySQL prints: doubles come with all binary
# digits, and a negative TIME loses its sign or is garbled.
#
# Seen with: mysql-binlog-connector-java 0.41.0 (io.debezium), JsonBinary.parseAsString, Java 17.
# The documents are the bytes that MySQL 8.0.31 wrote into its binlog for the expressions below; "MySQL" is what SELECT printed.
# A payload of type JSON that is published from the binlog thus differs from the same row read with SELECT.
#
# Output seen:
#   JSON_OBJECT('amount', 19999999.99e0)          | client: {"amount":19999999.9899999983608722686767578125} | MySQL: {"amount": 19999999.99}
#   JSON_ARRAY(0.0001e0)                          | client: [0.000100000000000000004792173602385929598312941379845142364501953125] | MySQL: [0.0001]
#   JSON_ARRAY(CAST('01:30:00.5' AS TIME(1)))     | client: ["01:30:00.5"] | MySQL: ["01:30:00.500000"]
#   JSON_ARRAY(CAST('-01:00:00' AS TIME))         | client: ["01:00:00"] | MySQL: ["-01:00:00.000000"]
#   JSON_ARRAY(CAST('-01:30:00.5' AS TIME(1)))    | client: ["02:0-31:0-1.00000-5"] | MySQL: ["-01:30:00.500000"]
#   JSON_ARRAY(CAST('a' AS BINARY))               | client: ["YQ=="] | MySQL: ["base64:type15:YQ=="]
#
# Exit status 0 while the client still does exactly this, 1 if that has changed.
set -euo pipefail
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

cat > Print.java <<'JAVA'
import com.github.shyiko.mysql.binlog.event.deserialization.json.JsonBinary;
import java.util.HexFormat;

public class Print {
  public static void main(String[] documents) throws Exception {
    for (String document : documents) {
      System.out.println(JsonBinary.parseAsString(HexFormat.of().parseHex(document)));
    }
  }
}
JAVA

names=() documents=() mysql=() expected=()
case_of() { names+=("$1"); documents+=("$2"); expected+=("$3"); mysql+=("$4"); }
case_of "JSON_OBJECT('amount', 19999999.99e0)" 00010019000b0006000b1100616d6f756e743d0ad7ffcf127341 \
  '{"amount":19999999.9899999983608722686767578125}' '{"amount": 19999999.99}'
case_of "JSON_ARRAY(0.0001e0)" 0201000f000b07002d431cebe2361a3f \
  '[0.000100000000000000004792173602385929598312941379845142364501953125]' '[0.0001]'
case_of "JSON_ARRAY(CAST('01:30:00.5' AS TIME(1)))" 02010011000f07000b0820a1078017000000 '["01:30:00.5"]' '["01:30:00.500000"]'
case_of "JSON_ARRAY(CAST('-01:00:00' AS TIME))" 02010011000f07000b0800000000f0ffffff '["01:00:00"]' '["-01:00:00.000000"]'
case_of "JSON_ARRAY(CAST('-01:30:00.5' AS TIME(1)))" 02010011000f07000b08e05ef87fe8ffffff \
  '["02:0-31:0-1.00000-5"]' '["-01:30:00.500000"]'
case_of "JSON_ARRAY(CAST('a' AS BINARY))" 0201000a000f07000f0161 '["YQ=="]' '["base64:type15:YQ=="]'

mapfile -t printed < <(java -cp 'lib/*' Print.java "${documents[@]}" 2>log)
[ "${#printed[@]}" = "${#documents[@]}" ] || { cat log >&2; echo "CHANGED: the client gave ${#printed[@]} answers" >&2; exit 1; }
status=0
for i in "${!documents[@]}"; do
  printf '%-45s | client: %s | MySQL: %s\n' "${names[$i]}" "${printed[$i]}" "${mysql[$i]}"
  [ "${printed[$i]}" = "${expected[$i]}" ] || { echo "CHANGED: expected ${expected[$i]}" >&2; status=1; }
done
exit $status
