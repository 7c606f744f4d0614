package dev.outrail.relay.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.testbed.Testbed;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is made of the binlog's cells is what the same server's SELECT gives. */
class StoredValuesIT {

  private static final String SCHEMA = "stored_values";

  /** SQL expressions that give JSON. */
  private static final List<String> JSON =
      List.of(
          "JSON_OBJECT('amount', 19999999.99e0)",
          "'{\"bb\": 1, \"a\": {\"y\": [], \"x\": {}}, \"\": null, \"é漢😀\": [true, false, [[]]]}'",
          "'[0, -1, 127, 32767, 32768, -32768, -32769, 65535, 65536, 2147483647, 2147483648, -2147483649]'",
          "'[9223372036854775807, 9223372036854775808, -9223372036854775808, 18446744073709551615, 18446744073709551616]'",
          "JSON_ARRAY(CAST(3000000000 AS UNSIGNED), CAST(65535 AS UNSIGNED), CAST(18446744073709551615 AS UNSIGNED))",
          "'[1.0, 1e15, 1e14, 123456789012345.5, 1234567890123456.0, 1e16, 1e22, 1e23, 1e100, 0.001, 1e-7, 1e-14, 1e-15, 1e-16]'",
          "'[1.5e-15, 5e-324, 2e-323, 2.2250738585072014e-308, 1.7976931348623157e308, 0.0, -0.0, -1.5, 100.0, 999999999999999.9]'",
          "'[2e-3, 2.0e-3, 8.41e21, 2.0, 9007199254740993.0, 5.684341886080802e-14, 4.35, 0.1, 1.1, 123e-20]'",
          "JSON_ARRAY(1.50, -0.00, 0.5, -0.5, CAST(1 AS DECIMAL(20, 5)), 123456789012345678901234567890.123456789, -1000000000.000000001)",
          "JSON_ARRAY(CAST('-00:00:05.25' AS TIME(6)), CAST('-12:34:56' AS TIME), CAST('23:59:59.999999' AS TIME(6)), CAST('00:00:00' AS TIME))",
          "JSON_ARRAY(CAST('2020-02-03' AS DATE), CAST('2020-02-03 04:05:06.7' AS DATETIME(6)), TIMESTAMP'2020-02-03 04:05:06', CAST('0001-01-01' AS DATE))",
          "JSON_ARRAY(CAST('abc' AS BINARY), x'00ff', b'101', CAST('' AS BINARY), CAST('abc' AS BINARY(10)))",
          "JSON_ARRAY(CAST(REPEAT('x', 56) AS BINARY), CAST(REPEAT('x', 57) AS BINARY), CAST(REPEAT('x', 58) AS BINARY), CAST(REPEAT('x', 500) AS BINARY))",
          "JSON_ARRAY(ST_GeomFromText('POINT(1 2.5)'))",
          "JSON_QUOTE(CONVERT(x'00010708090a0b0c0d0e1f20225c2f7fc280e280a8f09f9880' USING utf8mb4))",
          "JSON_OBJECT(CONVERT(x'0a225c' USING utf8mb4), 1)",
          "'null'",
          "'true'",
          "'\"text\"'",
          "'12'",
          "'1.25'",
          "'[]'",
          "'{}'",
          "JSON_ARRAY(REPEAT('a', 127), REPEAT('b', 128), REPEAT('c', 16383), REPEAT('d', 16384))",
          "JSON_OBJECT('long', REPEAT('é', 70000), 'number', 70000, 'big', 3000000000, 'double', 0.1e0, 'nested', JSON_OBJECT('a', JSON_ARRAY(1, -2, 70000, NULL)))",
          "JSON_OBJECT('long', REPEAT('x', 3000000), 'unsigned', CAST(70000 AS UNSIGNED), 'a', CAST(4000000000 AS UNSIGNED))",
          "(SELECT JSON_ARRAYAGG(JSON_OBJECT('i', n, 'half', n / 2, 'd', n * 1.1e0)) FROM (WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 999) SELECT n FROM s) AS numbers)",
          "(SELECT CONCAT(REPEAT('[', 99), REPEAT(']', 99)))");

  private Connection connection;
  private Binlog binlog;

  @BeforeEach
  void connect() throws SQLException {
    var mysql = Testbed.shared().mysql();
    mysql.createDatabase(SCHEMA);
    binlog = new Binlog(mysql.host(), mysql.port(), mysql.rootUser(), mysql.rootPassword());
    connection =
        new MySqlServer(
                mysql.host(),
                mysql.port(),
                mysql.rootUser(),
                mysql.rootPassword(),
                "PREFERRED",
                "",
                "",
                "",
                "",
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                null)
            .connect();
    execute("USE " + SCHEMA);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @AfterAll
  static void drop() {
    Testbed.shared().mysql().execute("DROP DATABASE IF EXISTS " + SCHEMA);
  }

  @Test
  void jsonIsPrintedAsTheServerPrintsIt() throws Exception {
    execute("CREATE TABLE documents (i INT PRIMARY KEY, j JSON)");

    List<Serializable[]> rows =
        binlog.rows(
            connection,
            "documents",
            () -> {
              for (int i = 0; i < JSON.size(); i++) {
                execute("INSERT INTO documents VALUES (%d, %s)".formatted(i, JSON.get(i)));
              }
            });

    assertJson(rows, "SELECT j FROM documents ORDER BY i");
  }

  /** Of all sorts, and those for which an algorithm goes wrong: beside powers of two and ten. */
  @Test
  void doublesHaveTheDigitsThatTheServerGivesThem() throws Exception {
    execute("CREATE TABLE doubles (i INT PRIMARY KEY AUTO_INCREMENT, j JSON)");
    Random random = new Random(1);
    List<Double> doubles = new ArrayList<>();
    for (int exponent = Double.MIN_EXPONENT - 52; exponent <= Double.MAX_EXPONENT; exponent++) {
      doubles.add(Math.scalb(1.0, exponent));
      doubles.add(Math.nextUp(Math.scalb(1.0, exponent)));
    }
    for (int exponent = -323; exponent <= 308; exponent++) {
      doubles.add(Double.parseDouble("1e" + exponent));
      doubles.add(Math.nextDown(Double.parseDouble("9.5e" + (exponent - 1))));
    }
    for (int i = 0; i < 4_000; i++) {
      double any = Double.longBitsToDouble(random.nextLong());
      doubles.add(Double.isFinite(any) ? any : 1);
      doubles.add(random.nextInt() / 100.0);
      doubles.add(random.nextDouble());
    }

    List<Serializable[]> rows =
        binlog.rows(
            connection,
            "doubles",
            () -> {
              try (PreparedStatement insert =
                  connection.prepareStatement("INSERT INTO doubles (j) VALUES (?)")) {
                for (int from = 0; from < doubles.size(); from += 500) {
                  insert.setString(
                      1, doubles.subList(from, Math.min(doubles.size(), from + 500)).toString());
                  insert.executeUpdate();
                }
              }
            });

    assertJson(rows, "SELECT j FROM doubles ORDER BY i");
  }

  @Test
  @Tag("long")
  void eachCharacterOfEachCharacterSetIsTheServersOwn() throws Exception {
    HexFormat hex = HexFormat.of();
    execute("CREATE TABLE bytes_of (v VARBINARY(4))");
    StringBuilder all = new StringBuilder("INSERT INTO bytes_of VALUES (x'00')");
    for (int first = 1; first < 0x100; first++) {
      all.append(",(x'%02x')".formatted(first));
    }
    for (int first = 0x80; first < 0x100; first++) {
      for (int second = 0; second < 0x100; second++) {
        all.append(",(x'%02x%02x')".formatted(first, second));
      }
    }
    execute(all.toString());

    for (String charset : TextEncoding.JAVA_NAMES.keySet()) {
      TextEncoding encoding = TextEncoding.of(charset);
      assertThat(encoding).as(charset).isNotNull();
      int seen = 0;
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  charset.matches("ucs2|utf.*")
                      ? "SELECT CAST(CONVERT(CONVERT(v USING gbk) USING %s) AS BINARY), CONVERT(v USING gbk) FROM bytes_of"
                          .formatted(charset)
                      : "SELECT v, CONVERT(CONVERT(v USING %s) USING utf8mb4) FROM bytes_of"
                          .formatted(charset))) {
        while (rows.next()) {
          byte[] expected = rows.getBytes(2);
          if (expected != null && expected.length > 0) { // what the server takes for text
            seen++;
            assertThat(new String(encoding.utf8(rows.getBytes(1)), UTF_8))
                .as("%s %s", charset, hex.formatHex(rows.getBytes(1)))
                .isEqualTo(new String(expected, UTF_8));
          }
        }
      }
      assertThat(seen).as(charset).isGreaterThan(250);
    }
  }

  @Test
  void columnsThatAreRefusedAreNamedAndInvisibleOnesAreSelected() throws Exception {
    TableName table = new TableName(SCHEMA, "refused");
    execute(
        """
        CREATE TABLE refused (
          Id FLOAT, aggregatetype VARCHAR(20) CHARACTER SET sjis, aggregateid DATE, type SET('a'), payload DOUBLE,
          note BIT, content_type JSON INVISIBLE, traceparent VARCHAR(20) INVISIBLE, created_at YEAR)""");

    assertThat(OutboxColumn.refusals(connection, table))
        .extracting(problem -> problem.what().replaceAll(";.*", ""))
        .containsExactly(
            "The column stored_values.refused.id is FLOAT",
            "The column stored_values.refused.aggregatetype is VARCHAR CHARACTER SET sjis",
            "The column stored_values.refused.aggregateid is DATE",
            "The column stored_values.refused.type is SET CHARACTER SET utf8mb4",
            "The column stored_values.refused.payload is DOUBLE",
            "The column stored_values.refused.content_type is JSON");
    assertThat(OutboxColumn.selected(connection, table))
        .isEqualTo(
            "`Id`, `aggregatetype`, `aggregateid`, `type`, `payload`, `content_type`, `traceparent`, `created_at`");
    execute(
        "CREATE TABLE accepted (id VARCHAR(20), type ENUM('it''s', 'größe', 'a,b'), payload JSON)");
    assertThat(OutboxColumn.refusals(connection, new TableName(SCHEMA, "accepted"))).isEmpty();
  }

  private void assertJson(List<Serializable[]> rows, String select) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(select)) {
      for (Serializable[] row : rows) {
        assertThat(result.next()).isTrue();
        String text = new String(BinaryJson.text((byte[]) row[1]), UTF_8);
        String expected = new String(result.getBytes(1), UTF_8);
        if (!text.equals(expected)) { // tells where they differ
          assertThat(text.split(", ")).containsExactly(expected.split(", "));
        }
      }
      assertThat(result.next()).isFalse();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
