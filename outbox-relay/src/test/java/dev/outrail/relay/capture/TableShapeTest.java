package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.capture.MappedColumn.Kind;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.relational.Tables.TableFilter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableShapeTest {

  private static final int LATIN1 = 8;
  private static final int ASCII = 11;
  private static final int UTF8MB4 = 255;

  private final Table known =
      parsed("id CHAR(36) CHARACTER SET ascii, payload TEXT, type VARCHAR(20), n INT UNSIGNED");

  @Test
  void theServersCharacterSetGoesBeforeTheParsers() {
    Table merged =
        TableShape.merged(
            known,
            List.of(
                said(Kind.CHAR, 36, ASCII),
                said(Kind.TEXT, 2, MappedColumn.BINARY),
                said(Kind.VARCHAR, 20, LATIN1),
                said(Kind.INT, 0, null)));

    assertThat(TableShape.told(merged))
        .isEqualTo("(id CHAR(36) ascii, payload BLOB, type VARCHAR(20) latin1, n INT)");
  }

  @Test
  void anotherNumberOfColumnsAnotherTypeOrLengthDoesNotFit() {
    MappedColumn id = said(Kind.CHAR, 36, ASCII);
    MappedColumn payload = said(Kind.TEXT, 2, UTF8MB4);
    MappedColumn type = said(Kind.VARCHAR, 80, UTF8MB4);
    MappedColumn n = said(Kind.INT, 0, null);

    assertThat(TableShape.merged(known, List.of(id, payload, type, n))).isNotNull();
    assertThat(TableShape.merged(known, List.of(id, payload, type))).isNull();
    assertThat(TableShape.merged(known, List.of(id, type, payload, n))).isNull();
    assertThat(TableShape.merged(known, List.of(id, payload, said(Kind.VARCHAR, 84, UTF8MB4), n)))
        .isNull();
    assertThat(TableShape.merged(known, List.of(id, payload, type, said(Kind.BIGINT, 0, null))))
        .isNull();
  }

  @Test
  void theSameColumnsInAnotherOrderDoNotFit() {
    Table two = parsed("a VARCHAR(20) CHARACTER SET latin1, b VARCHAR(20)");

    assertThat(
            TableShape.merged(
                two, List.of(said(Kind.VARCHAR, 80, UTF8MB4), said(Kind.VARCHAR, 20, LATIN1))))
        .isNull();
    assertThat(
            TableShape.merged(
                parsed("payload MEDIUMTEXT, note TEXT"),
                List.of(said(Kind.TEXT, 2, UTF8MB4), said(Kind.TEXT, 3, UTF8MB4))))
        .isNull();
  }

  @Test
  void labelsKeepQuotesAndBackslashes() {
    List<String> labels = List.of("a", "it's", "\\", "a,b", "");

    assertThat(Labels.ofLiterals(Labels.toLiterals(labels))).isEqualTo(labels);
    assertThat(Labels.ofType("enum('a','it''s','\\\\','a,b','')")).isEqualTo(labels);
  }

  private static MappedColumn said(Kind kind, int size, Integer collation) {
    return new MappedColumn(kind, size, false, true, collation, null, null);
  }

  private static Table parsed(String columns) {
    MySqlAntlrDdlParser parser =
        new MySqlAntlrDdlParser(
            true, false, false, TableFilter.includeAll(), new MySqlCharsetRegistry());
    parser.setCurrentSchema("pay");
    Tables tables = new Tables();
    parser.parse("CREATE TABLE outbox (" + columns + ") CHARSET utf8mb4", tables);
    return tables.forTable(new TableId("pay", null, "outbox"));
  }
}
