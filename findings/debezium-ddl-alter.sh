#!/usr/bin/env bash
# Debezium's MySQL DDL parser loses a column when one ALTER TABLE gives a column the name that another one leaves, and makes a
# primary key's column nullable when MODIFY or CHANGE does not say NOT NULL again.
#
# Seen with: debezium-connector-mysql 3.6.1.Final (ddl.parser.type default), Java 17. The table before each statement:
#   CREATE TABLE payment (id INT PRIMARY KEY, amount INT, amount_new BIGINT)
# "MySQL" is what information_schema.columns of 8.0.31 and 9.7.4 said after it (both the same).
# MySQL takes all names in one ALTER TABLE for those that the table had before it; the parser carries out one after the other,
# and a name that is there twice for a moment is one column for it. In a primary key NOT NULL goes without saying in MySQL.
#
# Whom it hurts: a migration that puts a new column in the place of an old one. If the statement names the old column first,
# all is well; in the other order the connector's shape has a column less than the rows. The nullable key changes the key's
# schema (optional), which a schema registry may refuse, for a statement that only makes an id larger.
# What to do: rename the old column first, or in two statements; write NOT NULL with each MODIFY of a key.
#
# Output seen:
#   RENAME COLUMN amount TO amount_old, RENAME COLUMN amount_new TO amount
#     MySQL:  id INT, amount_old INT NULL, amount BIGINT NULL
#     parser: the same
#   RENAME COLUMN amount_new TO amount, RENAME COLUMN amount TO amount_old
#     MySQL:  id INT, amount_old INT NULL, amount BIGINT NULL
#     parser: id INT, amount_old BIGINT NULL
#   CHANGE amount_new amount BIGINT, CHANGE amount amount_old INT
#     MySQL:  id INT, amount_old INT NULL, amount BIGINT NULL
#     parser: id INT, amount_old INT NULL
#   RENAME COLUMN amount TO amount_new, RENAME COLUMN amount_new TO amount
#     MySQL:  id INT, amount_new INT NULL, amount BIGINT NULL
#     parser: id INT, amount INT NULL
#   MODIFY id BIGINT NOT NULL AUTO_INCREMENT
#     MySQL:  id BIGINT, amount INT NULL, amount_new BIGINT NULL
#     parser: the same
#   MODIFY id BIGINT AUTO_INCREMENT
#     MySQL:  id BIGINT, amount INT NULL, amount_new BIGINT NULL
#     parser: id BIGINT NULL, amount INT NULL, amount_new BIGINT NULL
#   CHANGE id nr INT
#     MySQL:  nr INT, amount INT NULL, amount_new BIGINT NULL
#     parser: nr INT NULL, amount INT NULL, amount_new BIGINT NULL
#
# Exit status 0 while the parser still does exactly this, 1 if that has changed.
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
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Alter.java <<'JAVA'
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import io.debezium.relational.Column;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.relational.Tables.TableFilter;
import java.util.stream.Collectors;

public class Alter {
  public static void main(String[] none) {
    print("RENAME COLUMN amount TO amount_old, RENAME COLUMN amount_new TO amount", "id INT, amount_old INT NULL, amount BIGINT NULL");
    print("RENAME COLUMN amount_new TO amount, RENAME COLUMN amount TO amount_old", "id INT, amount_old INT NULL, amount BIGINT NULL");
    print("CHANGE amount_new amount BIGINT, CHANGE amount amount_old INT", "id INT, amount_old INT NULL, amount BIGINT NULL");
    print("RENAME COLUMN amount TO amount_new, RENAME COLUMN amount_new TO amount", "id INT, amount_new INT NULL, amount BIGINT NULL");
    print("MODIFY id BIGINT NOT NULL AUTO_INCREMENT", "id BIGINT, amount INT NULL, amount_new BIGINT NULL");
    print("MODIFY id BIGINT AUTO_INCREMENT", "id BIGINT, amount INT NULL, amount_new BIGINT NULL");
    print("CHANGE id nr INT", "nr INT, amount INT NULL, amount_new BIGINT NULL");
  }

  static void print(String alteration, String mysql) {
    var parser =
        new MySqlAntlrDdlParser(true, false, false, TableFilter.includeAll(), new MySqlCharsetRegistry());
    var tables = new Tables();
    parser.setCurrentSchema("shop");
    parser.parse("CREATE TABLE payment (id INT PRIMARY KEY, amount INT, amount_new BIGINT)", tables);
    parser.parse("ALTER TABLE payment " + alteration, tables);
    String parsed = tables.forTable(new TableId("shop", null, "payment")).columns().stream()
        .map(Alter::text)
        .collect(Collectors.joining(", "));
    System.out.println(alteration);
    System.out.println("  MySQL:  " + mysql);
    System.out.println("  parser: " + (parsed.equals(mysql) ? "the same" : parsed));
  }

  static String text(Column column) {
    return column.name() + " " + column.typeName() + (column.isOptional() ? " NULL" : "");
  }
}
JAVA

java -cp 'lib/*' Alter.java >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
