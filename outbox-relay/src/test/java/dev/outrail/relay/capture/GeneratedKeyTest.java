package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.relational.Column;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeneratedKeyTest {

  private static final TableId ID = new TableId("pay", null, "outbox");

  /** As MySQL writes it into its binlog. */
  private static final String GENERATED =
      "`my_row_id` bigint unsigned NOT NULL AUTO_INCREMENT INVISIBLE, ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true  | ADD x INT FIRST                                    | my_row_id,x,id,type
          true  | MODIFY type TEXT FIRST                             | my_row_id,type,id
          true  | ADD x BIGINT UNSIGNED FIRST, ADD y INT FIRST       | my_row_id,y,x,id,type
          true  | ADD x BIGINT FIRST                                 | my_row_id,x,id,type
          true  | ADD x INT AFTER id                                 | my_row_id,id,x,type
          true  | DROP COLUMN my_row_id, ADD x INT FIRST             | x,id,type
          true  | ADD x BIGINT UNSIGNED FIRST                        | not known
          true  | ADD x BIGINT UNSIGNED FIRST, ADD y SERIAL FIRST    | not known
          false | ADD my_row_id BIGINT UNSIGNED, ADD x INT FIRST     | x,id,type,my_row_id
          """)
  void itStaysTheFirstColumnWhereARowCanTell(boolean generated, String alter, String columns) {
    Tables tables = new Tables();
    MySqlAntlrDdlParser parser = new MySqlAntlrDdlParser();
    parser.setCurrentSchema("pay");
    parser.parse(
        "CREATE TABLE outbox (" + (generated ? GENERATED : "") + "id CHAR(36), type TEXT)", tables);
    Table before = tables.forTable(ID);
    parser.parse("ALTER TABLE outbox " + alter, tables);

    Table kept = GeneratedKey.keptFirst(before, tables.forTable(ID));

    assertThat(
            kept == null
                ? "not known"
                : String.join(",", kept.columns().stream().map(Column::name).toList()))
        .isEqualTo(columns);
    if (kept != null) {
      assertThat(kept.columns().stream().map(Column::position))
          .isSorted()
          .doesNotHaveDuplicates()
          .startsWith(1);
    }
  }
}
