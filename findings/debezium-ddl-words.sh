#!/usr/bin/env bash
# Debezium's MySQL DDL parser does not take ordinary column names such as url, auto or vector unless they are quoted.
#
# Seen with: debezium-connector-mysql 3.6.1.Final, Java 17; parsers: ddl.parser.type=default (new in 3.6) and =legacy.
# CREATE TABLE t (id INT PRIMARY KEY, WORD INT) ran on MySQL 8.0.31 for each of these words, none of which is reserved there;
# 9.7.4 refused only qualify and tablesample. All words of information_schema.keywords of both servers and all token names of
# both grammars had been tried; these are the ones where the default parser refuses what a server takes.
#
# Whom it hurts: the statement is in the binlog as it was typed, and it cannot be mended there afterwards. The parser's error
# stops the connector; with schema.history.internal.skip.unparseable.ddl=true the change of the table is passed over instead.
# What to do: quote identifiers in migrations, or set ddl.parser.type=legacy, which has a list of its own: it refuses vector
# too, and some words that the default parser takes (26 with the method above; histogram stands for them).
#
# Output seen:
#   auto             | default: refused | legacy: parsed  | quoted, default: parsed
#   engine_attribute | default: refused | legacy: parsed  | quoted, default: parsed
#   json_arrayagg    | default: refused | legacy: parsed  | quoted, default: parsed
#   json_objectagg   | default: refused | legacy: parsed  | quoted, default: parsed
#   manual           | default: refused | legacy: parsed  | quoted, default: parsed
#   offline          | default: refused | legacy: parsed  | quoted, default: parsed
#   online           | default: refused | legacy: parsed  | quoted, default: parsed
#   parallel         | default: refused | legacy: parsed  | quoted, default: parsed
#   qualify          | default: refused | legacy: parsed  | quoted, default: parsed
#   tablesample      | default: refused | legacy: parsed  | quoted, default: parsed
#   url              | default: refused | legacy: parsed  | quoted, default: parsed
#   vector           | default: refused | legacy: refused | quoted, default: parsed
#   histogram        | default: parsed  | legacy: refused | quoted, default: parsed
#   link             | default: parsed  | legacy: parsed  | quoted, default: parsed
#
# Exit status 0 while the parsers still do exactly this, 1 if that has changed.
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

cat > Parse.java <<'JAVA'
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.antlr.MySqlPtAntlrDdlParser;
import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.relational.Tables.TableFilter;
import io.debezium.relational.ddl.DdlParser;
import io.debezium.text.ParsingException;

public class Parse {
  static final String[] WORDS = {
    "auto", "engine_attribute", "json_arrayagg", "json_objectagg", "manual", "offline", "online", "parallel", "qualify",
    "tablesample", "url", "vector", "histogram", "link"
  };

  public static void main(String[] none) {
    for (String word : WORDS) {
      System.out.printf(
          "%-16s | default: %-7s | legacy: %-7s | quoted, default: %s%n",
          word, parse(oracle(), word), parse(legacy(), word), parse(oracle(), "`" + word + "`"));
    }
  }

  static DdlParser oracle() {
    return new MySqlAntlrDdlParser(true, false, false, TableFilter.includeAll(), new MySqlCharsetRegistry());
  }

  static DdlParser legacy() {
    return new MySqlPtAntlrDdlParser(true, false, false, TableFilter.includeAll(), new MySqlCharsetRegistry());
  }

  static String parse(DdlParser parser, String name) {
    Tables tables = new Tables();
    parser.setCurrentSchema("shop");
    try {
      parser.parse("CREATE TABLE t (id INT PRIMARY KEY, " + name + " INT)", tables);
    } catch (ParsingException e) {
      return "refused";
    }
    var column = tables.forTable(new TableId("shop", null, "t")).columnWithName(name.replace("`", ""));
    return column == null ? "without the column" : "parsed";
  }
}
JAVA

java -cp 'lib/*' Parse.java >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
