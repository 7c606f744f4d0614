package dev.outrail.relay.capture;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A column as the server describes it before rows of its table.
 *
 * @param kind the type of its values
 * @param size what the type is told with: bytes at most, digits, or bytes of a length
 * @param optional whether it may be NULL
 * @param collation the number of its collation; null if it has none, or the server does not say
 * @param name null unless the server has {@code binlog_row_metadata=FULL}
 * @param labels of an ENUM or SET; null as the name is
 */
record MappedColumn(
    Kind kind,
    int size,
    boolean unsigned,
    boolean optional,
    @Nullable Integer collation,
    @Nullable String name,
    @Nullable List<String> labels) {

  /** The number that MySQL gives to binary strings. */
  static final int BINARY = 63;

  /** Types that the binlog tells apart. Whether a string is text is a matter of its collation. */
  enum Kind {
    TINYINT,
    SMALLINT,
    MEDIUMINT,
    INT,
    BIGINT,
    FLOAT,
    DOUBLE,
    DECIMAL,
    YEAR,
    BIT,
    DATE,
    TIME,
    DATETIME,
    TIMESTAMP,
    CHAR,
    VARCHAR,
    TEXT,
    ENUM,
    SET,
    JSON,
    GEOMETRY,
    VECTOR;

    static boolean isName(String type) {
      return Arrays.stream(values()).anyMatch(kind -> kind.name().equals(type));
    }

    /** Whether the server says of it if it has a sign. */
    boolean isNumber() {
      return compareTo(YEAR) <= 0;
    }

    /** Whether the server tells its collation, whatever {@code binlog_row_metadata} is. */
    boolean hasCollation() {
      return isString() || this == VECTOR; // bytes, to the server
    }

    boolean isString() {
      return this == CHAR || this == VARCHAR || this == TEXT;
    }

    boolean hasLabels() {
      return this == ENUM || this == SET;
    }
  }

  /** The same under this name, with these labels unless it brings its own. */
  MappedColumn named(String name, @Nullable List<String> labels) {
    return new MappedColumn(
        kind,
        size,
        unsigned,
        optional,
        collation,
        name,
        this.labels == null ? labels : this.labels);
  }

  /** Whether rows of the one can be rows of the other: of names and labels nothing is asked. */
  boolean isLike(MappedColumn other) {
    return kind == other.kind
        && (size == other.size || kind.hasLabels())
        && (unsigned == other.unsigned || kind == Kind.YEAR)
        && (!kind.isString() || Objects.equals(collation, other.collation));
  }

  /** Whether it holds bytes and no text. */
  boolean isBinary() {
    return collation != null && collation == BINARY;
  }
}
