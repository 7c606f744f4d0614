package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.problem.HaltException;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import io.debezium.relational.Tables;
import io.debezium.relational.Tables.TableFilter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableShapesTest {

  private static final TableName PAY = new TableName("pay", "outbox");
  private static final TableName ORDER = new TableName("order", "outbox");
  private static final String GTIDS = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5";

  @Test
  void comesBackFromItsJson() {
    TableShapes shapes =
        shapes(
            GTIDS,
            PAY,
            """
            CREATE TABLE outbox (
              id CHAR(36) CHARACTER SET ascii NOT NULL DEFAULT 'x', `odd name` VARCHAR(50) NULL,
              kind ENUM('a', 'b,c') DEFAULT NULL, at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
              amount DECIMAL(10,2) UNSIGNED, payload MEDIUMBLOB, PRIMARY KEY (id)
            ) DEFAULT CHARSET=latin1 COMMENT 'about, "this"'
            """);

    TableShapes read = TableShapes.parse(shapes.json());

    assertThat(read).isEqualTo(shapes);
    assertThat(read.tables()).isEqualTo(shapes.tables());
    assertThat(read.tables().get(0).columnWithName("odd name").charsetName()).isEqualTo("latin1");
    assertThat(read.charsets()).containsExactlyEntriesOf(Map.of("pay", "utf8mb4"));
    assertThat(read.readAt()).isEqualTo(GTIDS);
    assertThat(read.exact()).isNotEqualTo(read);
    assertThat(read.exact().isSameAs(read)).isTrue();
  }

  @Test
  void refusesAnotherVersionAndWhatIsNone() {
    assertThatThrownBy(() -> TableShapes.parse("{\"version\":2,\"followed\":[\"a.b\"]}"))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("version 2; this release reads version 1")
        .hasMessageContaining("newer")
        .extracting(halt -> ((HaltException) halt).scope())
        .isEqualTo(HaltException.Scope.PROCESS);
    for (String json :
        List.of(
            "", "x", "{\"version\":1}", "{\"version\":1,\"followed\":[\"a\"],\"tables\":[{}]}")) {
      assertThatThrownBy(() -> TableShapes.parse(json)).as(json).isInstanceOf(HaltException.class);
    }
  }

  @Test
  void ignoresFieldsOfALaterRelease() {
    TableShapes shapes = shapes(null, PAY, "CREATE TABLE outbox (id INT)");

    assertThat(TableShapes.parse(shapes.json().replaceFirst("\\{", "{\"new\":{\"x\":1},")))
        .isEqualTo(shapes);
  }

  @Test
  void aTableThatIsNewInTheSettingsIsTakenAsItIsNowAndAFormerOneIsForgotten() {
    TableShapes stored = shapes(null, PAY, "CREATE TABLE outbox (old INT)");
    TableShapes present =
        shapes(GTIDS, ORDER, "CREATE TABLE outbox (present INT)")
            .completedBy(
                shapes(GTIDS, PAY, "CREATE TABLE outbox (present INT)"), List.of(PAY, ORDER));

    TableShapes both = stored.completedBy(present, List.of(PAY, ORDER));

    assertThat(both.follow(List.of(ORDER, PAY))).isTrue();
    assertThat(both.readAt()).isEqualTo(GTIDS);
    assertThat(both.tables())
        .extracting(table -> table.id() + " " + table.columns().get(0).name())
        .containsExactly("order.outbox present", "pay.outbox old");

    TableShapes less = both.exact().completedBy(present, List.of(ORDER));
    assertThat(less.tables()).hasSize(1);
    assertThat(less.charsets()).containsOnlyKeys("order");
    assertThat(less.readAt()).isNull();
  }

  private static TableShapes shapes(String readAt, TableName table, String ddl) {
    MySqlAntlrDdlParser parser =
        new MySqlAntlrDdlParser(
            true, false, false, TableFilter.includeAll(), new MySqlCharsetRegistry());
    parser.charsetNameForDatabase().put(table.schema(), "utf8mb4");
    parser.setCurrentSchema(table.schema());
    Tables tables = new Tables();
    parser.parse(ddl, tables);
    return new TableShapes(
        List.of(table),
        Map.of(table.schema(), "utf8mb4"),
        tables.tableIds().stream().map(tables::forTable).toList(),
        readAt);
  }
}
