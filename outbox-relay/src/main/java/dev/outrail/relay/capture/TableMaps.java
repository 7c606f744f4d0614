package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import dev.outrail.relay.problem.HaltException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The tables that the binlog has numbered, and which of them are read. A server writes the same
 * table map before the rows of each statement; one that is known byte for byte is not decoded
 * again. Not thread-safe.
 */
final class TableMaps {

  /** A statement is about few tables, and those are the last that were named. */
  private static final int KEPT = 4_096;

  private record Known(byte[] body, @Nullable TableMap data) {}

  private final BiPredicate<String, String> isRead;
  private final Map<Long, Known> tables =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Known> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * @param isRead of database and table
   */
  TableMaps(BiPredicate<String, String> isRead) {
    this.isRead = isRead;
  }

  /**
   * Takes note of a table map.
   *
   * @return null if the table is none of those that are read
   */
  @Nullable TableMap learn(byte[] body) throws IOException {
    long number = number(body);
    Known known = tables.get(number);
    if (known == null || !Arrays.equals(known.body(), body)) {
      String database = name(body, 8);
      String table = name(body, 8 + 1 + (body[8] & 0xff) + 1);
      known = new Known(body, isRead.test(database, table) ? TableMap.decode(body) : null);
      tables.put(number, known);
    }
    return known.data();
  }

  /** Whether rows with this number are read. */
  boolean areRead(long number) {
    Known known = tables.get(number);
    return known != null && known.data() != null;
  }

  /**
   * Rows are not stepped over just because it is not known whose they are.
   *
   * @throws HaltException if no table map told of the number
   */
  void requireNamed(long number) {
    if (!tables.containsKey(number)) {
      throw CaptureFailures.contradiction("it has rows of a table that it did not name");
    }
  }

  /** A new binlog file, or a server that was started anew: all numbers may mean something else. */
  void forget() {
    tables.clear();
  }

  /** What decoders of rows look up. */
  Map<Long, TableMapEventData> forDecoders() {
    return new AbstractMap<>() {
      @Override
      public @Nullable TableMapEventData get(Object number) {
        Known known = tables.get(number);
        return known == null ? null : known.data();
      }

      @Override
      public Set<Entry<Long, TableMapEventData>> entrySet() {
        throw new UnsupportedOperationException("looked up only");
      }
    };
  }

  /** Behind its length; a zero follows. */
  private static String name(byte[] body, int at) {
    return new String(body, at + 1, body[at] & 0xff, StandardCharsets.UTF_8);
  }

  /**
   * The number with which a table map and the rows behind it begin: six bytes, the lowest first.
   */
  static long number(byte[] body) {
    long number = 0;
    for (int i = 5; i >= 0; i--) {
      number = (number << 8) | (body[i] & 0xff);
    }
    return number;
  }
}
