package dev.outrail.stock.ledger;

import java.util.Collection;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;

/** Rows as one parameter: a JSON array that {@code JSON_TABLE} turns into a table, in its order. */
final class Rows {

  private Rows() {}

  /** {@code [1,2,3]}, ascending. */
  static String ids(Collection<Long> ids) {
    return ids.stream().sorted().distinct().map(Object::toString).collect(joined());
  }

  /** {@code [1,2,3]}: a row of several columns. */
  static String row(long... columns) {
    return LongStream.of(columns).mapToObj(Long::toString).collect(joined());
  }

  static Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(",", "[", "]");
  }

  static void require(int expected, int actual, String what) {
    if (actual != expected) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "%s changed %d rows, expected %d".formatted(what, actual, expected));
    }
  }
}
