#!/usr/bin/env bash
# Debezium's MySQL DDL parser gives a column another character set than MySQL does, for ordinary DDL.
#
# Seen with: debezium-connector-mysql 3.6.1.Final, Java 17. The database's default is utf8mb4 here.
# What MySQL 8.0.31 says of the same statements (information_schema.columns.character_set_name) stands in the third column.
# Who decodes the binlog's bytes by the parser's word reads latin1 as UTF-8, without an error.
# The table map event in the binlog names the collation of each character column; it is right in all of these cases.
#
# Output seen:
#   CREATE TABLE t (c TEXT) COLLATE latin1_swedish_ci          | parser: TEXT utf8mb4      | MySQL: text latin1
#   CREATE TABLE t (c TEXT) DEFAULT COLLATE=latin1_swedish_ci  | parser: TEXT utf8mb4      | MySQL: text latin1
#   CREATE TABLE t (c VARCHAR(20) ASCII)                       | parser: VARCHAR utf8mb4   | MySQL: varchar latin1
#   CREATE TABLE t (c VARCHAR(20) UNICODE)                     | parser: VARCHAR utf8mb4   | MySQL: varchar ucs2
#   CREATE TABLE t (c VARCHAR(20) COLLATE 'latin1_bin')        | parser: VARCHAR 'latin1   | MySQL: varchar latin1
#   CREATE TABLE t (c VARCHAR(20) COLLATE binary)              | parser: VARCHAR utf8mb4   | MySQL: varbinary
#   CREATE TABLE t (c TEXT) CHARACTER SET latin1               | parser: TEXT latin1       | MySQL: text latin1
#
# Exit status 0 while the parser still does exactly this, 1 if that has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.debezium</groupId><artifactId>debezium-connector-mysql</artifactId><version>3.6.1.Final</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Parse.java <<'JAVA'
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;

public class Parse {
  public static void main(String[] statements) {
    for (String ddl : statements) {
      var parser = new MySqlAntlrDdlParser(
          true, false, false, Tables.TableFilter.includeAll(), new MySqlCharsetRegistry());
      parser.charsetNameForDatabase().put("shop", "utf8mb4");
      parser.setCurrentSchema("shop");
      Tables tables = new Tables();
      parser.parse(ddl, tables);
      var column = tables.forTable(new TableId("shop", null, "t")).columnWithName("c");
      System.out.println(column.typeName() + " " + column.charsetName());
    }
  }
}
JAVA

statements=() mysql=() expected=()
case_of() { statements+=("$1"); expected+=("$2"); mysql+=("$3"); }
case_of "CREATE TABLE t (c TEXT) COLLATE latin1_swedish_ci"         "TEXT utf8mb4"    "text latin1"
case_of "CREATE TABLE t (c TEXT) DEFAULT COLLATE=latin1_swedish_ci" "TEXT utf8mb4"    "text latin1"
case_of "CREATE TABLE t (c VARCHAR(20) ASCII)"                      "VARCHAR utf8mb4" "varchar latin1"
case_of "CREATE TABLE t (c VARCHAR(20) UNICODE)"                    "VARCHAR utf8mb4" "varchar ucs2"
case_of "CREATE TABLE t (c VARCHAR(20) COLLATE 'latin1_bin')"       "VARCHAR 'latin1" "varchar latin1"
case_of "CREATE TABLE t (c VARCHAR(20) COLLATE binary)"             "VARCHAR utf8mb4" "varbinary"
case_of "CREATE TABLE t (c TEXT) CHARACTER SET latin1"              "TEXT latin1"     "text latin1"

mapfile -t parsed < <(java -cp 'lib/*' Parse.java "${statements[@]}" 2>log)
[ "${#parsed[@]}" = "${#statements[@]}" ] || { cat log >&2; echo "CHANGED: the parser gave ${#parsed[@]} answers" >&2; exit 1; }
status=0
for i in "${!statements[@]}"; do
  printf '%-58s | parser: %-15s | MySQL: %s\n' "${statements[$i]}" "${parsed[$i]}" "${mysql[$i]}"
  [ "${parsed[$i]}" = "${expected[$i]}" ] || { echo "CHANGED: expected ${expected[$i]}" >&2; status=1; }
done
exit $status
