package dev.outrail.relay.capture;

import dev.outrail.relay.capture.MappedColumn.Kind;
import io.debezium.relational.Column;
import io.debezium.relational.ColumnEditor;
import io.debezium.relational.Table;
import io.debezium.relational.TableEditor;
import io.debezium.relational.TableId;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes a table's shape of what the server says of its columns, and of the names by which they are
 * known. Type, sign, length and character set are the server's word; of a shape that was made of
 * DDL only names and labels are taken, and those only if it fits.
 */
final class TableShape {

  private TableShape() {}

  /** Of columns with names. */
  static Table of(TableId id, List<MappedColumn> columns, @Nullable String defaultCharset) {
    TableEditor editor = Table.editor().tableId(id).setDefaultCharsetName(defaultCharset);
    int position = 1;
    for (MappedColumn column : columns) {
      editor.addColumn(column(column, position++));
    }
    return editor.create();
  }

  /**
   * The shape with its names, and what the server says.
   *
   * @return null if they do not belong together: another number of columns, or a type or length
   *     that no misunderstanding of a character set explains
   */
  static @Nullable Table merged(Table known, List<MappedColumn> said) {
    if (!fits(known, said)) {
      return null;
    }
    List<MappedColumn> named = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      Column column = known.columns().get(i);
      named.add(
          said.get(i)
              .named(
                  column.name(),
                  said.get(i).kind().hasLabels() ? Labels.ofLiterals(column.enumValues()) : null));
    }
    return of(known.id(), named, known.defaultCharsetName());
  }

  private static boolean fits(Table known, List<MappedColumn> said) {
    List<Column> columns = known.columns();
    if (columns.size() != said.size()) {
      return false;
    }
    for (int i = 0; i < said.size(); i++) {
      if (!fits(columns.get(i), said.get(i))) {
        return false;
      }
    }
    return !isAnotherOrder(columns, said);
  }

  private static boolean fits(Column known, MappedColumn said) {
    Kind kind = said.kind();
    return switch (kind(known)) {
      case CHAR, VARCHAR ->
          kind(known) == kind && Math.max(1, known.length()) == Math.max(1, characters(said));
      case FLOAT -> kind == Kind.FLOAT || kind == Kind.DOUBLE; // REAL, and FLOAT(p)
      default -> kind(known) == kind;
    };
  }

  /** The same columns, but not in this order: DDL that is in no binlog has moved them. */
  private static boolean isAnotherOrder(List<Column> known, List<MappedColumn> said) {
    Map<String, Integer> counted = new HashMap<>();
    boolean differ = false;
    for (int i = 0; i < said.size(); i++) {
      String here = told(kind(known.get(i)), known.get(i));
      String there = told(said.get(i).kind(), column(said.get(i).named("", null), 1));
      differ |= !here.equals(there);
      counted.merge(here, 1, Integer::sum);
      counted.merge(there, -1, Integer::sum);
    }
    return differ && counted.values().stream().allMatch(count -> count == 0);
  }

  /** Whether no row shows which of them is which. */
  static boolean areAlike(Column one, Column other) {
    return told(kind(one), one).equals(told(kind(other), other));
  }

  /** With all that DDL and the server both say. */
  private static String told(Kind kind, Column column) {
    String type = column.typeName().toUpperCase(Locale.ROOT);
    String size =
        kind == Kind.TEXT ? type.replace("BLOB", "TEXT") : type.contains("UNSIGNED") ? "+" : "";
    String charset =
        !kind.isString() ? "" : column.charsetName() == null ? "binary" : column.charsetName();
    return "%s %s %s"
        .formatted(kind, size, charset.toLowerCase(Locale.ROOT).replaceFirst("^utf8$", "utf8mb3"));
  }

  private static Kind kind(Column column) {
    String type = String.valueOf(column.typeName()).toUpperCase(Locale.ROOT);
    return switch (column.jdbcType()) {
      case Types.BOOLEAN -> Kind.TINYINT;
      case Types.SMALLINT ->
          type.startsWith("TINYINT") || type.startsWith("INT1") ? Kind.TINYINT : Kind.SMALLINT;
      case Types.INTEGER ->
          type.startsWith("YEAR")
              ? Kind.YEAR
              : type.startsWith("MEDIUMINT")
                      || type.startsWith("MIDDLEINT")
                      || type.startsWith("INT3")
                  ? Kind.MEDIUMINT
                  : Kind.INT;
      case Types.BIGINT -> Kind.BIGINT;
      case Types.FLOAT, Types.REAL -> Kind.FLOAT;
      case Types.DOUBLE -> Kind.DOUBLE;
      case Types.DECIMAL, Types.NUMERIC -> Kind.DECIMAL;
      case Types.BIT -> Kind.BIT;
      case Types.DATE -> Kind.DATE;
      case Types.TIME -> Kind.TIME;
      case Types.TIMESTAMP -> Kind.DATETIME;
      case Types.TIMESTAMP_WITH_TIMEZONE -> Kind.TIMESTAMP;
      case Types.BLOB -> Kind.TEXT;
      case Types.CHAR ->
          type.startsWith("ENUM") ? Kind.ENUM : type.startsWith("SET") ? Kind.SET : Kind.CHAR;
      case Types.NCHAR, Types.BINARY -> Kind.CHAR;
      case Types.VARCHAR, Types.NVARCHAR, Types.VARBINARY ->
          type.contains("TEXT") || type.contains("LONG") ? Kind.TEXT : Kind.VARCHAR;
      default ->
          type.startsWith("JSON")
              ? Kind.JSON
              : type.startsWith("VECTOR") ? Kind.VECTOR : Kind.GEOMETRY;
    };
  }

  private static Column column(MappedColumn said, int position) {
    ColumnEditor editor =
        Column.editor()
            .name(said.name())
            .position(position)
            .optional(said.optional())
            .charsetName(said.isBinary() ? null : charset(said));
    int size = said.size();
    switch (said.kind()) {
      case TINYINT -> type(editor, said, Types.SMALLINT);
      case SMALLINT -> type(editor, said, Types.SMALLINT);
      case MEDIUMINT -> type(editor, said, Types.INTEGER);
      case INT -> type(editor, said, Types.INTEGER);
      case BIGINT -> type(editor, said, Types.BIGINT);
      case FLOAT -> type(editor, said, Types.FLOAT);
      case DOUBLE -> type(editor, said, Types.DOUBLE);
      case DECIMAL -> type(editor, said, Types.DECIMAL).length(size & 0xff).scale(size >> 8);
      case YEAR -> editor.type("YEAR").jdbcType(Types.INTEGER);
      case BIT -> editor.type("BIT").jdbcType(Types.BIT).length((size >> 8) * 8 + (size & 0xff));
      case DATE -> editor.type("DATE").jdbcType(Types.DATE);
      case TIME -> fraction(editor.type("TIME").jdbcType(Types.TIME), size);
      case DATETIME -> fraction(editor.type("DATETIME").jdbcType(Types.TIMESTAMP), size);
      case TIMESTAMP ->
          fraction(editor.type("TIMESTAMP").jdbcType(Types.TIMESTAMP_WITH_TIMEZONE), size);
      case CHAR -> {
        editor.length(characters(said));
        if (said.isBinary()) {
          editor.type("BINARY").jdbcType(Types.BINARY);
        } else {
          editor.type("CHAR").jdbcType(Types.CHAR);
        }
      }
      case VARCHAR -> {
        editor.length(characters(said));
        if (said.isBinary()) {
          editor.type("VARBINARY").jdbcType(Types.VARBINARY);
        } else {
          editor.type("VARCHAR").jdbcType(Types.VARCHAR);
        }
      }
      case TEXT -> {
        if (said.isBinary()) {
          editor.type(prefix(size) + "BLOB").jdbcType(Types.BLOB);
        } else {
          editor.type(prefix(size) + "TEXT").jdbcType(Types.VARCHAR);
        }
      }
      case ENUM -> labels(editor.type("ENUM").jdbcType(Types.CHAR).length(1), said);
      case SET -> labels(editor.type("SET").jdbcType(Types.CHAR), said);
      case JSON, GEOMETRY, VECTOR -> editor.type(said.kind().name()).jdbcType(Types.OTHER);
    }
    return editor.create();
  }

  private static ColumnEditor type(ColumnEditor editor, MappedColumn said, int jdbcType) {
    return editor
        .type(said.kind().name() + (said.unsigned() ? " UNSIGNED" : ""))
        .jdbcType(jdbcType);
  }

  private static void fraction(ColumnEditor editor, int digits) {
    if (digits > 0) {
      editor.length(digits);
    }
  }

  private static void labels(ColumnEditor editor, MappedColumn said) {
    List<String> labels = said.labels() == null ? List.of() : said.labels();
    if (said.kind() == Kind.SET) {
      editor.length(Math.max(0, labels.size() * 2 - 1));
    }
    editor.enumValues(Labels.toLiterals(labels));
  }

  private static String prefix(int bytesOfLength) {
    return switch (bytesOfLength) {
      case 1 -> "TINY";
      case 3 -> "MEDIUM";
      case 4 -> "LONG";
      default -> "";
    };
  }

  private static @Nullable String charset(MappedColumn said) {
    Integer collation = said.collation();
    if (collation == null) {
      return null;
    }
    String charset = Collations.charset(collation);
    return charset == null ? "of collation " + collation : charset;
  }

  private static int characters(MappedColumn said) {
    String charset = said.isBinary() ? null : charset(said);
    return charset == null ? said.size() : said.size() / Collations.width(charset);
  }

  /** For messages. */
  static String told(Table known) {
    return known.columns().stream()
        .map(
            column ->
                column.name()
                    + " "
                    + column.typeName()
                    + (column.length() > 0 ? "(" + column.length() + ")" : "")
                    + (column.charsetName() == null ? "" : " " + column.charsetName()))
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /** For messages. */
  static String told(List<MappedColumn> said) {
    List<MappedColumn> named = new ArrayList<>();
    for (MappedColumn column : said) {
      named.add(
          column.named(column.name() == null ? "" + (named.size() + 1) : column.name(), null));
    }
    return told(of(new TableId("", null, ""), named, null));
  }
}
