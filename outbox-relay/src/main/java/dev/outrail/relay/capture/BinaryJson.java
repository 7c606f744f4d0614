package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.deserialization.AbstractRowsEventDataDeserializer;
import dev.outrail.relay.problem.HaltException;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * Makes of the binary form that MySQL stores JSON in the text that {@code SELECT} gives, in UTF-8.
 *
 * <p>The form: a type, then the value. Arrays and objects hold tables of entries; an entry has the
 * value itself if it is small, else how far behind the beginning of the array or object it lies.
 * "Large" ones have numbers of four bytes where the others have two. All numbers have the lowest
 * byte first.
 */
final class BinaryJson {

  private static final int SMALL_OBJECT = 0;
  private static final int LARGE_OBJECT = 1;
  private static final int SMALL_ARRAY = 2;
  private static final int LARGE_ARRAY = 3;
  private static final int LITERAL = 4;
  private static final int INT16 = 5;
  private static final int UINT16 = 6;
  private static final int INT32 = 7;
  private static final int UINT32 = 8;
  private static final int INT64 = 9;
  private static final int UINT64 = 10;
  private static final int DOUBLE = 11;
  private static final int STRING = 12;
  private static final int OPAQUE = 15;

  /** Of the types of columns, those whose values have a text of their own here. */
  private static final int TIMESTAMP = 7;

  private static final int DATE = 10;
  private static final int TIME = 11;
  private static final int DATETIME = 12;
  private static final int DECIMAL = 246;

  private static final byte[] HEX = ascii("0123456789abcdef");

  /** What follows a backslash, by the character it stands for; 0 if there is no such short form. */
  private static final byte[] ESCAPES = new byte[128];

  static {
    ESCAPES['"'] = '"';
    ESCAPES['\\'] = '\\';
    ESCAPES['\b'] = 'b';
    ESCAPES['\f'] = 'f';
    ESCAPES['\n'] = 'n';
    ESCAPES['\r'] = 'r';
    ESCAPES['\t'] = 't';
  }

  private final byte[] json;
  private final ByteBuffer numbers;
  private final ByteArrayOutputStream text;

  private BinaryJson(byte[] json) {
    this.json = json;
    this.numbers = ByteBuffer.wrap(json).order(ByteOrder.LITTLE_ENDIAN);
    this.text = new ByteArrayOutputStream(json.length + json.length / 4 + 16);
  }

  /**
   * The text.
   *
   * @throws HaltException if it is not what MySQL stores
   */
  static byte[] text(byte[] json) {
    if (json.length == 0) { // a row that is older than the column
      return ascii("null");
    }
    BinaryJson one = new BinaryJson(json);
    try {
      one.value(json[0], 1);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new HaltException(
          "A JSON value in the binlog is not understood: " + e.getMessage() + ".",
          "Nothing was skipped. Please report it, with the value. To go on behind it: relay position set.",
          e);
    }
    return one.text.toByteArray();
  }

  private void value(int type, int at) {
    switch (type) {
      case SMALL_OBJECT -> object(at, 2);
      case LARGE_OBJECT -> object(at, 4);
      case SMALL_ARRAY -> array(at, 2);
      case LARGE_ARRAY -> array(at, 4);
      case LITERAL -> literal(json[at]);
      case INT16 -> plain(Short.toString(numbers.getShort(at)));
      case UINT16 -> plain(Integer.toString(Short.toUnsignedInt(numbers.getShort(at))));
      case INT32 -> plain(Integer.toString(numbers.getInt(at)));
      case UINT32 -> plain(Integer.toUnsignedString(numbers.getInt(at)));
      case INT64 -> plain(Long.toString(numbers.getLong(at)));
      case UINT64 -> plain(Long.toUnsignedString(numbers.getLong(at)));
      case DOUBLE -> plain(JsonDouble.text(numbers.getDouble(at)));
      case STRING -> string(at);
      case OPAQUE -> opaque(at);
      default -> throw new IllegalArgumentException("type " + type);
    }
  }

  private void object(int begin, int width) {
    int count = number(begin, width);
    int keys = begin + 2 * width;
    int values = keys + count * (width + 2);
    text.write('{');
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        plain(", ");
      }
      int key = keys + i * (width + 2);
      quoted(begin + number(key, width), number(key + width, 2));
      plain(": ");
      entry(begin, values + i * (width + 1), width);
    }
    text.write('}');
  }

  private void array(int begin, int width) {
    int count = number(begin, width);
    text.write('[');
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        plain(", ");
      }
      entry(begin, begin + 2 * width + i * (width + 1), width);
    }
    text.write(']');
  }

  private void entry(int begin, int at, int width) {
    int type = json[at];
    boolean inline =
        switch (type) {
          case LITERAL, INT16, UINT16 -> true;
          case INT32, UINT32 -> width == 4;
          default -> false;
        };
    value(type, inline ? at + 1 : begin + number(at + 1, width));
  }

  private void literal(int code) {
    plain(
        switch (code) {
          case 0 -> "null";
          case 1 -> "true";
          case 2 -> "false";
          default -> throw new IllegalArgumentException("literal " + code);
        });
  }

  private void string(int at) {
    int begin = behindLength(at);
    quoted(begin, length(at));
  }

  private void opaque(int at) {
    int type = json[at] & 0xff;
    int begin = behindLength(at + 1);
    int length = length(at + 1);
    switch (type) {
      case DECIMAL -> decimal(begin, length);
      case DATE -> temporal(date(numbers.getLong(begin)));
      case TIME -> temporal(time(numbers.getLong(begin)));
      case DATETIME, TIMESTAMP ->
          temporal(date(numbers.getLong(begin)) + " " + timeOfDay(numbers.getLong(begin)));
      default -> {
        byte[] value = Arrays.copyOfRange(json, begin, begin + length);
        byte[] encoded = Base64.getMimeEncoder(76, new byte[] {'\n'}).encode(value);
        byte[] whole =
            ascii("base64:type" + type + ":" + new String(encoded, StandardCharsets.US_ASCII));
        quoted(whole, 0, whole.length);
      }
    }
  }

  /** Precision and scale, then the digits. */
  private void decimal(int at, int length) {
    byte[] digits = Arrays.copyOfRange(json, at + 2, at + length);
    BigDecimal number =
        AbstractRowsEventDataDeserializer.asBigDecimal(json[at], json[at + 1], digits);
    plain(number.toPlainString());
  }

  private void temporal(String value) {
    text.write('"');
    plain(value);
    text.write('"');
  }

  /**
   * 17 bits for year and month, 5 each for day and hour, 6 each for minute and second, 24 for µs.
   */
  private static String date(long packed) {
    long yearAndMonth = packed >> 46;
    return String.format(
        Locale.ROOT, "%04d-%02d-%02d", yearAndMonth / 13, yearAndMonth % 13, (packed >> 41) & 0x1f);
  }

  private static String timeOfDay(long packed) {
    return clock((packed >> 36) & 0x1f, packed);
  }

  /** 10 bits for the hours; the whole is negative if the time is. */
  private static String time(long packed) {
    long distance = Math.abs(packed);
    return (packed < 0 ? "-" : "") + clock((distance >> 36) & 0x3ff, distance);
  }

  private static String clock(long hours, long packed) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d.%06d",
        hours,
        (packed >> 30) & 0x3f,
        (packed >> 24) & 0x3f,
        packed & 0xffffff);
  }

  private void quoted(int begin, int length) {
    quoted(json, begin, length);
  }

  private void quoted(byte[] from, int begin, int length) {
    text.write('"');
    int plain = begin;
    for (int i = begin; i < begin + length; i++) {
      int character = from[i];
      if (character < 0 || (character >= ' ' && character != '"' && character != '\\')) {
        continue;
      }
      text.write(from, plain, i - plain);
      plain = i + 1;
      text.write('\\');
      if (ESCAPES[character] != 0) {
        text.write(ESCAPES[character]);
      } else {
        plain("u00");
        text.write(HEX[character >> 4]);
        text.write(HEX[character & 0xf]);
      }
    }
    text.write(from, plain, begin + length - plain);
    text.write('"');
  }

  /** 7 bits in a byte, the lowest first; the highest bit says that more follow. */
  private int length(int at) {
    int length = 0;
    for (int i = 0; ; i++) {
      length |= (json[at + i] & 0x7f) << (7 * i);
      if (json[at + i] >= 0) {
        return length;
      }
    }
  }

  private int behindLength(int at) {
    int behind = at;
    while (json[behind] < 0) {
      behind++;
    }
    return behind + 1;
  }

  private int number(int at, int width) {
    return width == 2 ? Short.toUnsignedInt(numbers.getShort(at)) : numbers.getInt(at);
  }

  private void plain(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      text.write(ascii.charAt(i));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
