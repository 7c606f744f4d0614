package dev.outrail.relay.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.capture.ValueRule.Use;
import dev.outrail.relay.problem.HaltException;
import io.debezium.relational.Column;
import io.debezium.relational.Table;
import io.debezium.relational.TableEditor;
import io.debezium.relational.TableId;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a cell of the binlog becomes, by the type of its column. */
class ValueRuleTest {

  private static final byte[] UUID_BYTES = hex("0190a5c000007000800000000000ff01");

  static Stream<Arguments> cells() {
    return Stream.of(
        cell("VARCHAR", "utf8mb4", utf8("Grüße 漢😀"), "Grüße 漢😀"),
        cell("CHAR BINARY", "ascii", utf8("a"), "a"),
        cell("NATIONAL VARCHAR", null, utf8("é"), "é"),
        cell("LONGTEXT", "LATIN1", "Grüße".getBytes(Charset.forName("windows-1252")), "Grüße"),
        cell("VARCHAR", "latin1", hex("8081ff3f"), "€\u0081ÿ?"),
        cell("TEXT", "gbk", hex("c4e3bac341a140"), "你好A?"),
        cell("VARCHAR", "utf16", "Ж😀".getBytes(Charset.forName("UTF-16BE")), "Ж😀"),
        cell("VARCHAR", "koi8r", "Ж".getBytes(Charset.forName("KOI8-R")), "Ж"),
        cell("VARBINARY", null, utf8("order-0000000001"), "order-0000000001"),
        cell("VARCHAR", "binary", utf8("order-0000000001"), "order-0000000001"),
        cell("BLOB", null, hex("c3a9"), "é"),
        cell("BLOB", null, hex("ff00"), "0xff00"),
        cell("TINYINT", null, -1, "-1"),
        cell("BOOLEAN", null, 1, "1"),
        cell("TINYINT UNSIGNED", null, -1, "255"),
        cell("SMALLINT UNSIGNED", null, -1, "65535"),
        cell("MEDIUMINT UNSIGNED", null, -1, "16777215"),
        cell("MEDIUMINT", null, -8388608, "-8388608"),
        cell("INT UNSIGNED ZEROFILL", null, -1, "4294967295"),
        cell("INTEGER ZEROFILL", null, -1, "4294967295"),
        cell("INT SIGNED", null, -1, "-1"),
        cell("BIGINT", null, Long.MIN_VALUE, "-9223372036854775808"),
        cell("BIGINT UNSIGNED", null, -1L, "18446744073709551615"),
        cell("SERIAL", null, Long.MIN_VALUE, "9223372036854775808"),
        cell("DECIMAL", null, new BigDecimal("-0.0000000100"), "-0.0000000100"),
        cell(
            "NUMERIC UNSIGNED",
            null,
            new BigDecimal("12345678901234567890.50"),
            "12345678901234567890.50"));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aCellBecomesWhatSelectGives(
      String type, String charset, Serializable cell, String expected) {
    ValueRule rule = ValueRule.of(type(type, charset, 0), Use.TEXT);

    assertThat(rule.text(rule.ofCell(cell))).isEqualTo(expected);
    if (!expected.startsWith("0x")) {
      assertThat(rule.ofCell(cell)).isEqualTo(utf8(expected));
    }
  }

  @Test
  void theTypeBinary16IsAUuidAndNoOtherOfThatLength() {
    ValueRule uuid = ValueRule.of(type("BINARY", null, 16), Use.ID);
    ValueRule charBinary = ValueRule.of(type("CHAR", "binary", 16), Use.ID);
    ValueRule bytes = ValueRule.of(type("VARBINARY", null, 16), Use.ID);
    String text = "0190a5c0-0000-7000-8000-00000000ff01";

    assertThat(uuid.text(uuid.ofCell(UUID_BYTES))).isEqualTo(text);
    assertThat(charBinary.text(uuid.ofCell(UUID_BYTES))).isEqualTo(text);
    assertThat(uuid.stored(text.toUpperCase(java.util.Locale.ROOT))).isEqualTo(UUID_BYTES);
    assertThat(uuid.stored("1-1-1-1-1")).isNull();
    assertThat(bytes.isText(UUID_BYTES)).isFalse();
    assertThat(bytes.text(UUID_BYTES)).isEqualTo("0x0190a5c000007000800000000000ff01");
    assertThat(bytes.stored("0x0190a5c000007000800000000000ff01")).isEqualTo(UUID_BYTES);
    assertThat(bytes.stored("0x6162")).isEqualTo(utf8("0x6162"));
  }

  @Test
  void zerosAtTheEndOfABinaryAreNotInTheBinlog() {
    ValueRule uuid = ValueRule.of(type("BINARY", null, 16), Use.ID);
    ValueRule four = ValueRule.of(type("BINARY", null, 4), Use.TEXT);

    assertThat(uuid.text(uuid.ofCell(hex("0190a5c0000070008000"))))
        .isEqualTo("0190a5c0-0000-7000-8000-000000000000");
    assertThat(four.ofCell(utf8("ab"))).isEqualTo(hex("61620000"));
    assertThat(four.stored("ab")).isEqualTo(hex("61620000"));
  }

  @Test
  void numbersOfAQueryComeWithoutZerofill() {
    ValueRule number = ValueRule.of(type("DECIMAL", null, 0), Use.TEXT);

    assertThat(number.ofSelected(utf8("0000001.500"))).isEqualTo(utf8("1.500"));
    assertThat(number.stored("1.500")).isEqualTo(new BigDecimal("1.500"));
    assertThat(number.stored("01.500")).isNull();
    assertThat(number.stored("a")).isNull();
  }

  @Test
  void anEnumIsItsLabel() {
    ValueRule labels = ValueRule.of(labels("'klein'", "'it''s'", "\"a,b \""), Use.TEXT);

    assertThat(Stream.of(0, 1, 2, 3).map(i -> labels.text(labels.ofCell(i))))
        .containsExactly("", "klein", "it's", "a,b");
    assertThatThrownBy(() -> labels.ofCell(4)).isInstanceOf(HaltException.class);
    assertThat(ValueRule.of(labels("'a\\nb'"), Use.TEXT)).isNull();
    assertThat(ValueRule.of(labels("x'61'"), Use.TEXT)).isNull();
    assertThat(ValueRule.of(labels("'a'"), Use.ID)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT,,true,true", "DOUBLE PRECISION,,true,true", "REAL,,true,true", "BIT,,true,true",
    "SET,utf8mb4,true,true", "DATE,,true,true", "TIME,,true,true", "DATETIME,,true,true",
    "TIMESTAMP,,true,true", "YEAR,,true,true", "GEOMETRY,,true,true", "POINT,,true,true",
    "VECTOR,,true,true", "JSON,,true,false", "VARCHAR,sjis,true,true", "TEXT,big5,true,true",
    "WHATEVER,,true,true", "VARCHAR,utf8mb4,false,false", "MEDIUMBLOB,,false,false"
  })
  void whatCannotBeHadInBothWaysIsRefused(
      String type, String charset, boolean asText, boolean asPayload) {
    assertThat(ValueRule.of(type(type, charset, 0), Use.TEXT) == null).isEqualTo(asText);
    assertThat(ValueRule.of(type(type, charset, 0), Use.ID) == null).isEqualTo(asText);
    assertThat(ValueRule.of(type(type, charset, 0), Use.PAYLOAD) == null).isEqualTo(asPayload);
  }

  @Test
  void aRefusalNamesTheColumnItsTypeAndTheRemedy() {
    TableName table = new TableName("pay", "outbox");

    assertThatThrownBy(() -> OutboxColumn.AGGREGATEID.rule(table, type("FLOAT", null, 0)))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("The column pay.outbox.aggregateid is FLOAT;")
        .hasMessageContaining("ALTER TABLE `pay`.`outbox` MODIFY aggregateid VARCHAR(255);");
    assertThatThrownBy(() -> OutboxColumn.PAYLOAD.rule(table, type("TEXT", "sjis", 0)))
        .hasMessageContaining("pay.outbox.payload is TEXT CHARACTER SET sjis;")
        .hasMessageContaining("CHARACTER SET utf8mb4");
  }

  @Test
  void aCellOfAnotherKindThanTheShapeSaysHalts() {
    ValueRule text = ValueRule.of(type("VARCHAR", "utf8mb4", 0), Use.TEXT);
    ValueRule number = ValueRule.of(type("BIGINT UNSIGNED", null, 0), Use.TEXT);

    assertThatThrownBy(() -> text.ofCell(1)).isInstanceOf(HaltException.class);
    assertThatThrownBy(() -> number.ofCell(1)).isInstanceOf(HaltException.class);
  }

  @Test
  void rowsHaveTheirColumnsByNameAndTextThatIsNoneIsADefect() {
    Table table =
        table(
            column("payload", "BLOB", null),
            column("Created_At", "TIMESTAMP", null),
            column("ID", "VARBINARY", null),
            column("x", "POINT", null),
            column("aggregatetype", "VARCHAR", "utf8mb4"),
            column("aggregateid", "VARBINARY", null),
            column("type", "VARCHAR", "utf8mb4"),
            column("tracestate", "BLOB", null));
    OutboxColumns columns = new OutboxColumns(table, ZoneOffset.UTC);
    ZonedDateTime at = ZonedDateTime.of(2026, 1, 2, 3, 4, 5, 6_000, ZoneOffset.UTC);
    Serializable[] good = {hex("ff"), at, utf8("1"), 0, utf8("t"), utf8("k"), utf8("e"), utf8("ä")};
    Serializable[] bad = {null, null, hex("fe"), 0, utf8("t"), hex("ff"), utf8("e"), hex("ff")};

    OutboxRow row = columns.row(good);
    assertThat(row.defect()).isNull();
    assertThat(row.id() + row.aggregateType() + row.aggregateId() + row.type() + row.tracestate())
        .isEqualTo("1tkeä");
    assertThat(row.payload()).isEqualTo(hex("ff"));
    assertThat(row.createdAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05.000006Z"));
    assertThat(columns.row(bad).id()).isEqualTo("0xfe");
    assertThat(columns.row(bad).defect())
        .isEqualTo("its row has bytes that are not UTF-8 in id, aggregateid, tracestate");
  }

  @Test
  void aColumnCreatedAtOfAnotherTypeCountsAsNotThere() {
    Table table =
        table(
            column("id", "INT", null),
            column("aggregatetype", "TEXT", "ascii"),
            column("aggregateid", "INT", null),
            column("type", "TEXT", "ascii"),
            column("payload", "TEXT", "ascii"),
            column("created_at", "BIGINT", null));

    Serializable[] cells = {1, utf8("t"), 2, utf8("e"), utf8("p"), 1_700_000_000_000L};
    assertThat(new OutboxColumns(table, ZoneOffset.UTC).row(cells).createdAt()).isNull();
    cells[5] = LocalDateTime.of(99, 1, 1, 0, 0);
    assertThat(new OutboxColumns(table, ZoneOffset.UTC).row(cells).createdAt())
        .isEqualTo(Instant.parse("0099-01-01T00:00:00Z"));
  }

  private static Arguments cell(String type, String charset, Serializable cell, String expected) {
    return Arguments.of(type, charset, cell, expected);
  }

  private static Table table(Column... columns) {
    TableEditor editor = Table.editor().tableId(new TableId("pay", null, "outbox"));
    for (Column column : columns) {
      editor.addColumn(column);
    }
    return editor.create();
  }

  private static Column column(String name, String type, String charset) {
    return Column.editor()
        .name(name)
        .type(type)
        .jdbcType(Types.OTHER)
        .charsetName(charset)
        .create();
  }

  private static ColumnType type(String name, String charset, int length) {
    return ColumnType.of(
        Column.editor()
            .name("c")
            .type(name)
            .jdbcType(Types.OTHER)
            .length(length)
            .charsetName(charset)
            .create());
  }

  private static ColumnType labels(String... labels) {
    return ColumnType.of(
        Column.editor()
            .name("c")
            .type("ENUM")
            .jdbcType(Types.CHAR)
            .charsetName("utf8mb4")
            .enumValues(List.of(labels))
            .create());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
