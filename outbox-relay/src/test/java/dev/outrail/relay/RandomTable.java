package dev.outrail.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** An outbox table as somebody might have made it, of types that the relay accepts. */
final class RandomTable {

  /**
   * A column.
   *
   * @param told what a record has of it, as SQL; {@code %s} stands for the column
   */
  private record Kind(String type, Values values, String told) {}

  /** Makes SQL literals. */
  private interface Values {
    String next(Random random);
  }

  private static final String AS_IT_IS = "%s";
  private static final String NUMBER = "CAST(%s + 0 AS CHAR)";
  private static final String UUID = "BIN_TO_UUID(%s)";

  private static final String LATIN = "azAZ09 äöüßéñÿ€£\"\\/'";
  private static final String CYRILLIC = "azAZ09 привётЖЩ\"\\'";
  private static final String CHINESE = "azAZ09 你好漢字，。\"\\'";
  private static final String PLANE_0 = LATIN + CYRILLIC + CHINESE + "हिन्दी العربية עברית ไทย한국어";
  private static final String ALL = PLANE_0 + "😀🏴‍☠️𝄞";

  private static final Map<String, String> CHARACTERS = new LinkedHashMap<>();

  static {
    CHARACTERS.put("utf8mb4", ALL);
    CHARACTERS.put("utf8mb3", PLANE_0);
    CHARACTERS.put("ascii", "azAZ09 \"\\/'~");
    CHARACTERS.put("latin1", LATIN);
    CHARACTERS.put("latin2", "azAZ äöüßéčřžőű'");
    CHARACTERS.put("cp1250", "azAZ äöüßéčřžőű€'");
    CHARACTERS.put("cp1251", CYRILLIC);
    CHARACTERS.put("koi8r", CYRILLIC);
    CHARACTERS.put("gbk", CHINESE);
    CHARACTERS.put("ucs2", PLANE_0);
    CHARACTERS.put("utf16", ALL);
    CHARACTERS.put("utf16le", ALL);
    CHARACTERS.put("utf32", ALL);
  }

  private static final List<String> NOISE =
      List.of(
          "FLOAT DEFAULT 1.5",
          "DOUBLE",
          "DATE DEFAULT '2020-01-01'",
          "TIME(3)",
          "YEAR DEFAULT 2020",
          "BIT(12) DEFAULT b'101'",
          "POINT",
          "JSON",
          "SET('a', 'b') DEFAULT 'a,b'",
          "VARCHAR(300) CHARACTER SET sjis DEFAULT 'x'",
          "DECIMAL(20, 5) DEFAULT 1",
          "INT AS (1 + 2) VIRTUAL",
          "VARCHAR(20) CHARACTER SET utf8mb4 AS (CONCAT('a', 'b')) STORED",
          "TIMESTAMP(2) NULL DEFAULT CURRENT_TIMESTAMP(2)");

  private final Random random;
  private final String topic;
  private final Map<String, Kind> columns = new LinkedHashMap<>();
  private final Map<String, String> declared = new LinkedHashMap<>();
  private int noise;
  private int rows;

  RandomTable(Random random, String topic) {
    this.random = random;
    this.topic = topic;
    List<String> names =
        new ArrayList<>(List.of("id", "aggregatetype", "aggregateid", "type", "payload"));
    for (String optional :
        List.of("content_type", "traceparent", "tracestate", "headers", "created_at")) {
      if (random.nextBoolean()) {
        names.add(optional);
      }
    }
    Collections.shuffle(names, random);
    for (String name : names) {
      columns.put(name, kind(name));
    }
    List<String> all = new ArrayList<>(names);
    for (int i = random.nextInt(4); i > 0; i--) {
      all.add(random.nextInt(all.size() + 1), "noise" + noise++);
    }
    for (String name : all) {
      declared.put(name, columns.containsKey(name) ? declaration(name) : noise());
    }
  }

  /** The statement that makes it. */
  String create() {
    return "CREATE TABLE outbox ("
        + declared.entrySet().stream()
            .map(column -> cased(column.getKey()) + " " + column.getValue())
            .collect(Collectors.joining(", "))
        + ")";
  }

  /** Some statements that change it; they may empty it. */
  List<String> alter() {
    List<String> names = new ArrayList<>(columns.keySet());
    String name = names.get(random.nextInt(names.size()));
    String where = random.nextBoolean() ? " FIRST" : " AFTER " + names.get(0);
    switch (random.nextInt(6)) {
      case 0 -> {
        return List.of(
            "ALTER TABLE outbox ADD COLUMN noise%d %s%s".formatted(noise++, noise(), where));
      }
      case 1 -> {
        return List.of(
            "ALTER TABLE outbox ADD COLUMN passing INT FIRST, ADD COLUMN noise%d BLOB"
                .formatted(noise++),
            "ALTER TABLE outbox DROP COLUMN passing");
      }
      case 2 -> {
        String other = names.get(0).equals(name) ? " FIRST" : where;
        return List.of(
            "ALTER TABLE outbox MODIFY %s %s%s".formatted(name, declared.get(name), other));
      }
      case 3 -> {
        return List.of("ALTER TABLE outbox CONVERT TO CHARACTER SET utf8mb4");
      }
      case 4 -> {
        return List.of(
            "CREATE TABLE outbox_new LIKE outbox",
            "ALTER TABLE outbox_new ADD COLUMN noise%d INT FIRST".formatted(noise++),
            "RENAME TABLE outbox TO outbox_old, outbox_new TO outbox",
            "DROP TABLE outbox_old");
      }
      default -> {
        columns.put(name, kind(name));
        declared.put(name, declaration(name));
        return List.of(
            "DELETE FROM outbox",
            "ALTER TABLE outbox MODIFY %s %s".formatted(name, declared.get(name)));
      }
    }
  }

  /** One more row. */
  String insert() {
    rows++;
    return "INSERT INTO outbox (%s) VALUES (%s)"
        .formatted(
            String.join(", ", columns.keySet()),
            columns.values().stream()
                .map(kind -> kind.values().next(random))
                .collect(Collectors.joining(", ")));
  }

  /** What the records have to have: id, key, type, value, content type, trace, time, header. */
  String told() {
    return "SELECT "
        + List.of(
                "id",
                "aggregateid",
                "type",
                "payload",
                "content_type",
                "traceparent",
                "tracestate",
                "created_at",
                "headers")
            .stream()
            .map(
                name ->
                    columns.containsKey(name)
                        ? name.equals("payload") && columns.get(name).told().equals(UUID)
                            ? name
                            : columns.get(name).told().formatted(name)
                        : "NULL")
            .collect(Collectors.joining(", "))
        + " FROM outbox";
  }

  private String declaration(String name) {
    String type = columns.get(name).type();
    if (name.equals("id")) {
      return type + (random.nextInt(4) > 0 ? " NOT NULL UNIQUE" : " NOT NULL");
    }
    boolean invisible = random.nextInt(4) == 0;
    return type + (invisible ? " INVISIBLE" : "");
  }

  private String noise() {
    String type = NOISE.get(random.nextInt(NOISE.size()));
    return type + (random.nextInt(4) == 0 ? " INVISIBLE" : "");
  }

  private String cased(String name) {
    return random.nextInt(4) == 0 ? name.toUpperCase(java.util.Locale.ROOT) : name;
  }

  private Kind kind(String name) {
    return switch (name) {
      case "id" -> id();
      case "aggregatetype" -> topic();
      case "payload" -> random.nextInt(3) == 0 ? payload() : any();
      case "created_at" -> time();
      case "headers" -> header();
      default -> any();
    };
  }

  private Kind id() {
    String uuid = "LOWER(CONCAT('%08x-0000-7000-8000-', LPAD(HEX(%d), 12, '0')))";
    return switch (random.nextInt(7)) {
      case 0 ->
          new Kind(
              "BINARY(16)", r -> "UUID_TO_BIN(" + uuid.formatted(r.nextInt(), rows) + ")", UUID);
      case 1 ->
          new Kind("BIGINT UNSIGNED", r -> Long.toUnsignedString(Long.MIN_VALUE + rows), NUMBER);
      case 2 -> new Kind("DECIMAL(30, 0)", r -> "123456789012345678" + (100000 + rows), NUMBER);
      case 3 -> new Kind("VARBINARY(40)", r -> uuid.formatted(r.nextInt(), rows), AS_IT_IS);
      case 4 -> new Kind("BINARY(36)", r -> uuid.formatted(r.nextInt(), rows), AS_IT_IS);
      case 5 -> {
        Kind text = text(40);
        yield new Kind(
            text.type(), r -> "CONCAT(" + rows + ", ' ', " + text.values().next(r) + ")", AS_IT_IS);
      }
      default ->
          new Kind(
              "CHAR(36) CHARACTER SET " + charset(),
              r -> uuid.formatted(r.nextInt(), rows),
              AS_IT_IS);
    };
  }

  private Kind topic() {
    Values values = r -> "'" + topic + "'";
    return switch (random.nextInt(4)) {
      case 0 -> new Kind("ENUM('other', '%s')".formatted(topic), values, AS_IT_IS);
      case 1 -> new Kind("VARBINARY(90)", values, AS_IT_IS);
      default -> new Kind("VARCHAR(90) CHARACTER SET " + charset(), values, AS_IT_IS);
    };
  }

  private Kind any() {
    return switch (random.nextInt(9)) {
      case 0 -> new Kind("BINARY(16)", r -> "x'%016x%016x'".formatted(r.nextLong() << 16, 0), UUID);
      case 1 -> new Kind("BLOB", r -> literal(r, ALL, 30), AS_IT_IS);
      case 2 -> new Kind("TINYINT(1)", r -> Integer.toString(r.nextInt(256) - 128), NUMBER);
      case 3 ->
          new Kind("BIGINT UNSIGNED ZEROFILL", r -> Long.toUnsignedString(r.nextLong()), NUMBER);
      case 4 -> new Kind("DECIMAL(20, 6)", r -> r.nextInt() + ".000" + r.nextInt(1000), AS_IT_IS);
      case 5 ->
          new Kind(
              "ENUM('größe', 'it''s', 'a,b', '漢') CHARACTER SET utf8mb4",
              r -> Integer.toString(1 + r.nextInt(4)),
              AS_IT_IS);
      default -> text(60);
    };
  }

  private Kind payload() {
    return random.nextBoolean()
        ? new Kind(
            "JSON",
            r ->
                "JSON_OBJECT(%s, %s, 'amount', %de-2, 'at', CAST('2020-01-02 03:04:05' AS DATETIME), 'n', JSON_ARRAY(%d, NULL, TRUE, %s))"
                    .formatted(
                        literal(r, ALL, 9),
                        literal(r, ALL, 30),
                        r.nextInt(),
                        r.nextLong(),
                        r.nextInt() / 100.0),
            AS_IT_IS)
        : new Kind(
            "MEDIUMBLOB",
            r -> {
              byte[] bytes = new byte[1 + r.nextInt(300)];
              r.nextBytes(bytes);
              return "x'" + HexFormat.of().formatHex(bytes) + "'";
            },
            AS_IT_IS);
  }

  /** One, whose name is h. */
  private Kind header() {
    String type = random.nextInt(3) == 0 ? "JSON" : "TEXT CHARACTER SET ";
    String charset = charset();
    return new Kind(
        type.equals("JSON") ? type : type + charset,
        r ->
            "CONCAT('[[\"h\",', JSON_QUOTE(%s), ']]')"
                .formatted(literal(r, CHARACTERS.get(charset), 30)),
        "JSON_UNQUOTE(JSON_EXTRACT(%s, '$[0][1]'))");
  }

  private Kind time() {
    String told = "CONCAT(DATE_FORMAT(%s, '%%Y-%%m-%%dT%%H:%%i:%%s.%%f'), 'Z')";
    Values values =
        r ->
            "'%d-%02d-%02d 03:04:05.%06d'"
                .formatted(
                    1971 + r.nextInt(50),
                    1 + r.nextInt(12),
                    1 + r.nextInt(28),
                    r.nextInt(1_000_000));
    int digits = random.nextInt(7);
    return random.nextBoolean()
        ? new Kind("TIMESTAMP(%d) NULL".formatted(digits), values, told)
        : new Kind("DATETIME(%d) NULL".formatted(digits), values, told);
  }

  private Kind text(int length) {
    String charset = charset();
    String type =
        switch (random.nextInt(4)) {
          case 0 -> "CHAR(%d)".formatted(length);
          case 1 -> "TEXT";
          default -> "VARCHAR(%d)".formatted(length);
        };
    boolean indexable = length > 40 || !type.equals("TEXT");
    return new Kind(
        (indexable ? type : "VARCHAR(40)") + " CHARACTER SET " + charset,
        r -> literal(r, CHARACTERS.get(charset), length / 2),
        AS_IT_IS);
  }

  private String charset() {
    List<String> all = List.copyOf(CHARACTERS.keySet());
    return all.get(random.nextInt(all.size()));
  }

  private static String literal(Random random, String of, int longest) {
    int[] characters = of.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(longest); i >= 0; i--) {
      text.appendCodePoint(characters[random.nextInt(characters.length)]);
    }
    return "_utf8mb4 x'" + HexFormat.of().formatHex(text.toString().getBytes(UTF_8)) + "'";
  }
}
