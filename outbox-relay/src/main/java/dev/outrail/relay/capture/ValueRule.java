package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a column's values are in a record: one rule for each of MySQL's types, whichever way a row
 * is read. The value's bytes are those that {@code SELECT} gives a client that reads UTF-8, and the
 * text of keys and headers is those bytes' text, but that
 *
 * <ul>
 *   <li>a BINARY(16) is a UUID, as text;
 *   <li>numbers come without the zeros of ZEROFILL;
 *   <li>other binary types have to hold UTF-8 where text is wanted. A row of which that is not true
 *       is no record.
 * </ul>
 *
 * <p>A type for which the binlog does not have the same value is refused. Not thread-safe.
 */
abstract class ValueRule {

  /** What a column is there for. */
  enum Use {
    /** Tells a row from the others; rows are looked for by it. */
    ID,
    TEXT,
    PAYLOAD,
    /** JSON text. */
    HEADERS
  }

  /** Which of a column's values can be had as text is told by {@link #isText}. */
  private static final String HEX = "0x";

  /**
   * The rule for a type.
   *
   * @return null if the type is refused for this use
   */
  static @Nullable ValueRule of(ColumnType type, Use use) {
    return switch (type.name()) {
      case "CHAR", "VARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT" -> characters(type);
      case "BINARY" -> type.length() == 16 ? new Uuid() : new Binary((int) type.length());
      case "VARBINARY", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB" -> new Binary(0);
      case "TINYINT" -> new Whole(type.unsigned() ? 0xffL : -1);
      case "SMALLINT" -> new Whole(type.unsigned() ? 0xffffL : -1);
      case "MEDIUMINT" -> new Whole(type.unsigned() ? 0xffffffL : -1);
      case "INT" -> new Whole(type.unsigned() ? 0xffffffffL : -1);
      case "BIGINT" -> type.unsigned() ? new Unsigned() : new Whole(-1);
      case "DECIMAL" -> new Decimal();
      case "ENUM" -> use == Use.ID ? null : EnumLabels.of(type.labels());
      case "JSON" -> use == Use.PAYLOAD || use == Use.HEADERS ? new Json() : null;
      default -> null;
    };
  }

  /** The value that a cell of the binlog has. */
  abstract byte[] ofCell(Serializable cell);

  /** The value that a query's result has, as the server sent it. */
  byte[] ofSelected(byte[] sent) {
    return sent;
  }

  /** A value as text, if {@link #isText}; else something that tells it from others. */
  String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  /** Whether {@link #text} says the same as the value. */
  boolean isText(byte[] value) {
    return true;
  }

  /** Whether {@link #isText} has to be asked. */
  boolean mayBeNoText() {
    return false;
  }

  /**
   * What a column has to be compared with in SQL, to find the value that {@link #text} has named.
   *
   * @return null if no value has that name
   */
  @Nullable Object stored(String text) {
    return text;
  }

  /** The column, as text, in SQL; for people. */
  String textInSql(String column) {
    return "CONVERT(%s USING utf8mb4)".formatted(column);
  }

  /** Whether a column with this text in it is found by the text's characters alone. */
  boolean isCollated() {
    return false;
  }

  private static @Nullable ValueRule characters(ColumnType type) {
    String charset = type.charset();
    if (TextEncoding.isUtf8(charset)) {
      return new Characters(null);
    }
    TextEncoding encoding = TextEncoding.of(charset);
    return encoding == null ? null : new Characters(encoding);
  }

  private static byte[] bytes(Serializable cell) {
    if (cell instanceof byte[] bytes) {
      return bytes;
    }
    throw other(cell, "bytes");
  }

  private static HaltException other(Object cell, String expected) {
    return new HaltException(
        "A row of an outbox table has a value of %s in the binlog where the table's shape says %s."
            .formatted(cell.getClass().getSimpleName(), expected),
        "Nothing was skipped. Check whether the table was altered with sql_log_bin=0. If so: 'relay position set --gtids"
            + " <the present position> --execute' makes the relay read the shape anew.");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** CHAR comes without trailing spaces either way. */
  private static final class Characters extends ValueRule {

    private final @Nullable TextEncoding encoding;

    Characters(@Nullable TextEncoding encoding) {
      this.encoding = encoding;
    }

    @Override
    byte[] ofCell(Serializable cell) {
      byte[] stored = bytes(cell);
      return encoding == null ? stored : encoding.utf8(stored);
    }

    @Override
    boolean isCollated() {
      return true;
    }
  }

  /** BINARY(n), whose trailing zeros are not in the binlog, VARBINARY and BLOB. */
  private static class Binary extends ValueRule {

    private final int length;

    /**
     * @param length how many bytes a value has; 0 if they differ
     */
    Binary(int length) {
      this.length = length;
    }

    @Override
    byte[] ofCell(Serializable cell) {
      byte[] stored = bytes(cell);
      return stored.length < length ? Arrays.copyOf(stored, length) : stored;
    }

    @Override
    String text(byte[] value) {
      return isText(value) ? super.text(value) : HEX + HexFormat.of().formatHex(value);
    }

    @Override
    boolean isText(byte[] value) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
        return true;
      } catch (CharacterCodingException e) {
        return false;
      }
    }

    @Override
    boolean mayBeNoText() {
      return true;
    }

    @Override
    @Nullable Object stored(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (text.startsWith(HEX)) {
        try {
          byte[] named = HexFormat.of().parseHex(text, HEX.length(), text.length());
          bytes = isText(named) ? bytes : named;
        } catch (IllegalArgumentException e) {
          // the text itself, then
        }
      }
      return bytes.length < length ? Arrays.copyOf(bytes, length) : bytes;
    }
  }

  static final class Uuid extends Binary {

    private static final int BYTES = 16;
    private static final int CHARACTERS = 36;

    Uuid() {
      super(BYTES);
    }

    @Override
    String text(byte[] value) {
      ByteBuffer buffer = ByteBuffer.wrap(value);
      return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }

    @Override
    boolean isText(byte[] value) {
      return true;
    }

    @Override
    boolean mayBeNoText() {
      return false;
    }

    @Override
    @Nullable Object stored(String text) {
      if (text.length() != CHARACTERS) {
        return null;
      }
      try {
        UUID uuid = UUID.fromString(text);
        return ByteBuffer.allocate(BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    @Override
    String textInSql(String column) {
      return "BIN_TO_UUID(%s)".formatted(column);
    }
  }

  private abstract static class Numeric extends ValueRule {

    @Override
    byte[] ofSelected(byte[] sent) {
      return ascii(new BigDecimal(new String(sent, StandardCharsets.US_ASCII)).toPlainString());
    }

    @Override
    @Nullable Object stored(String text) {
      try {
        BigDecimal number = new BigDecimal(text);
        return number.toPlainString().equals(text) ? number : null;
      } catch (NumberFormatException e) {
        return null;
      }
    }
  }

  private static final class Whole extends Numeric {

    private final long mask;

    /**
     * @param mask takes away what the decoder has added to an unsigned number
     */
    Whole(long mask) {
      this.mask = mask;
    }

    @Override
    byte[] ofCell(Serializable cell) {
      if (cell instanceof Integer || cell instanceof Long) {
        return ascii(Long.toString(((Number) cell).longValue() & mask));
      }
      throw other(cell, "a whole number");
    }
  }

  /** BIGINT UNSIGNED. */
  private static final class Unsigned extends Numeric {

    @Override
    byte[] ofCell(Serializable cell) {
      if (cell instanceof Long number) {
        return ascii(Long.toUnsignedString(number));
      }
      throw other(cell, "a whole number");
    }
  }

  private static final class Decimal extends Numeric {

    @Override
    byte[] ofCell(Serializable cell) {
      if (cell instanceof BigDecimal number) {
        return ascii(number.toPlainString());
      }
      throw other(cell, "a decimal number");
    }
  }

  /** ENUM: the binlog has the label's number; 0 stands for a value that the server did not know. */
  private static final class EnumLabels extends ValueRule {

    private final List<byte[]> labels;

    private EnumLabels(List<byte[]> labels) {
      this.labels = labels;
    }

    /** Null if the labels cannot be told: whether a backslash is one depends on the session. */
    static @Nullable ValueRule of(List<String> literals) {
      List<byte[]> labels = new ArrayList<>();
      for (String literal : literals) {
        char quote = literal.isEmpty() ? ' ' : literal.charAt(0);
        if ((quote != '\'' && quote != '"') || literal.indexOf('\\') >= 0) {
          return null;
        }
        String label =
            literal
                .substring(1, literal.length() - 1)
                .replace(String.valueOf(quote).repeat(2), String.valueOf(quote));
        labels.add(label.stripTrailing().getBytes(StandardCharsets.UTF_8)); // as the server does
      }
      return new EnumLabels(labels);
    }

    @Override
    byte[] ofCell(Serializable cell) {
      if (cell instanceof Integer number && number >= 0 && number <= labels.size()) {
        return number == 0 ? new byte[0] : labels.get(number - 1);
      }
      throw other(cell, "one of " + labels.size() + " labels");
    }

    @Override
    boolean isCollated() {
      return true;
    }
  }

  /** The binlog has MySQL's binary form. */
  private static final class Json extends ValueRule {

    @Override
    byte[] ofCell(Serializable cell) {
      return BinaryJson.text(bytes(cell));
    }
  }
}
