package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.problem.HaltException;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.relational.Tables.TableFilter;
import io.debezium.relational.history.SchemaHistoryListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As Debezium uses it: a statement is parsed, then recorded, then other events follow. */
class ShapeHistoryTest {

  private static final String SERVER = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-";
  private static final TableName OUTBOX = new TableName("pay", "outbox");

  private final ShapeHistory history = new ShapeHistory();
  private final Tables tables = new Tables();
  private final List<TableId> forgotten = new ArrayList<>();
  private final MySqlAntlrDdlParser parser =
      new MySqlAntlrDdlParser(
          true, false, false, TableFilter.includeAll(), new MySqlCharsetRegistry());

  @Test
  void aShapeIsDueWithTheFirstEventBehindItsStatement() {
    begin(null);

    ddl(5, "ALTER TABLE outbox ADD COLUMN a INT");

    assertThat(history.due(SERVER + 5)).as("a sign of life from before the statement").isNull();
    assertThat(columns(history.due(SERVER + 6))).containsExactly("id", "a");
    assertThat(history.due(SERVER + 7)).isNull();
  }

  @Test
  void ofSeveralShapesTheOneThatFitsTheEventIsDue() {
    begin(null);

    ddl(5, "ALTER TABLE outbox ADD COLUMN a INT");
    ddl(6, "ALTER TABLE outbox ADD COLUMN b INT");
    ddl(7, "ALTER TABLE outbox ADD COLUMN c INT");

    assertThat(columns(history.due(SERVER + 7))).containsExactly("id", "a", "b");
    assertThat(columns(history.due(SERVER + 9))).containsExactly("id", "a", "b", "c");
  }

  @Test
  void whatChangesNoShapeIsNotDue() {
    begin(null);

    ddl(5, "ALTER TABLE outbox ADD INDEX i (id)");
    ddl(6, "CREATE TABLE other (id INT)");

    assertThat(history.due(SERVER + 9)).isNull();
  }

  @Test
  void aStatementFromBeforeTheShapesWereReadHalts() {
    begin(SERVER + 9);

    assertThatThrownBy(() -> ddl(8, "ALTER TABLE outbox ADD COLUMN a INT"))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("'ALTER TABLE outbox ADD COLUMN a INT'")
        .hasMessageContaining(SERVER + 8);
  }

  @Test
  void aLaterOneDoesNot() {
    begin(SERVER + 9);

    ddl(9, "ALTER TABLE outbox ADD COLUMN a INT");

    assertThat(history.due(SERVER + 10)).isNotNull();
  }

  @Test
  void aTableThatMayBeAlteredUnseenIsForgotten() {
    begin(null);

    ddl(5, "RENAME TABLE outbox TO away");
    ddl(6, "RENAME TABLE away TO outbox");

    assertThat(forgotten).contains(new TableId("pay", null, "outbox"));
    assertThat(columns(history.due(SERVER + 7))).isEmpty();
  }

  @Test
  void theCollationOfADatabaseDecidesAboutTheCharacterSetOfItsTables() {
    begin(null);

    ddl(5, "ALTER DATABASE pay COLLATE latin1_german1_ci");
    ddl(6, "ALTER DATABASE pay ENCRYPTION = 'N'");
    ddl(7, "DROP TABLE outbox");
    ddl(8, "CREATE TABLE outbox (id CHAR(36))");

    TableShapes shapes = history.due(SERVER + 9);
    assertThat(shapes.charsets()).containsEntry("pay", "latin1");
    assertThat(shapes.tables().get(0).columnWithName("id").charsetName()).isEqualTo("latin1");
  }

  @Test
  void aCorrectedShapeIsDueBehindTheTransactionThatShowedIt() {
    begin(SERVER + 9);
    TableId outbox = new TableId("pay", null, "outbox");
    Tables right = new Tables();
    parser.parse("CREATE TABLE outbox (id CHAR(36)) DEFAULT CHARSET latin1", right);

    tables.overwriteTable(right.forTable(outbox));
    history.corrected(SERVER + 5);

    assertThat(history.due(SERVER + 5)).isNull();
    TableShapes shapes = history.due(SERVER + 6);
    assertThat(shapes.tables().get(0).columnWithName("id").charsetName()).isEqualTo("latin1");
    assertThat(shapes.readAt()).as("of what was read then").isEqualTo(SERVER + 9);
  }

  @Test
  void aStatementThatIsNotUnderstoodMakesTheShapesUnknownThatItMayBeAbout() {
    begin(null);
    ddl(4, "CREATE TABLE outbox_new LIKE outbox");

    history.lost("ALTER TABLE outbox_new WHATEVER", "pay", SERVER + 5);
    history.lost("ALTER TABLE outbox WHATEVER", "elsewhere", SERVER + 6);

    assertThat(history.due(SERVER + 7).tables())
        .extracting(table -> table.id().table())
        .containsExactly("outbox");

    history.lost("ALTER TABLE pay.outbox WHATEVER", "elsewhere", SERVER + 7);

    assertThat(history.due(SERVER + 8).tables()).isEmpty();
    assertThat(forgotten).contains(new TableId("pay", null, "outbox"));
  }

  private void begin(String readAt) {
    Tables present = new Tables();
    parser.setCurrentSchema("pay");
    parser.parse("CREATE TABLE outbox (id CHAR(36)) DEFAULT CHARSET utf8mb4", present);
    history.configure(
        io.debezium.config.Configuration.empty(), null, SchemaHistoryListener.NOOP, true);
    history.begin(
        new TableShapes(
            List.of(OUTBOX),
            Map.of("pay", "utf8mb4"),
            present.tableIds().stream().map(present::forTable).toList(),
            readAt),
        Map.of("character_set_server", "utf8mb4"),
        new OutboxNames(List.of(OUTBOX), true),
        forgotten::add);
    history.recover(Map.of(), tables, parser);
  }

  private void ddl(int transactionsBefore, String statement) {
    parser.setCurrentSchema("pay");
    parser.parse(statement, tables);
    history.record(
        Map.of(),
        Map.of("gtids", SERVER + transactionsBefore),
        "pay",
        null,
        statement,
        null,
        Instant.EPOCH);
  }

  private static List<String> columns(TableShapes shapes) {
    return shapes.tables().stream()
        .flatMap(table -> table.columns().stream())
        .map(column -> column.name())
        .toList();
  }
}
