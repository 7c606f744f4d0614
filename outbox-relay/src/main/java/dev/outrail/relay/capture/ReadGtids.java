package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import io.debezium.connector.mysql.gtid.MySqlGtidSet;
import io.debezium.connector.mysql.gtid.MySqlGtidSet.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The GTID set of all transactions that have been read, one added after the other. As long as a
 * server's transactions come in order, which is nearly always, adding one costs no more than
 * counting: see {@link Completed}. Not thread-safe.
 */
final class ReadGtids {

  /** Inclusive at both ends. */
  private static final class Range {
    private final long first;
    private long last;

    Range(long first, long last) {
      this.first = first;
      this.last = last;
    }
  }

  private final Map<String, List<Range>> bySource = new TreeMap<>();
  private String source = "";
  private Range growing = new Range(0, 0);
  private long limit;
  private String before = "";
  private String after = "";

  /**
   * @param set where the reading begins; may be empty
   */
  ReadGtids(String set) {
    if (!set.isEmpty()) {
      new MySqlGtidSet(set)
          .getUUIDSets()
          .forEach(
              uuid -> {
                List<Range> ranges =
                    bySource.computeIfAbsent(
                        GtidSets.name(uuid).toLowerCase(Locale.ROOT), name -> new ArrayList<>());
                for (Interval interval : uuid.getIntervals()) {
                  ranges.add(new Range(interval.getStart(), interval.getEnd()));
                }
                ranges.sort((one, other) -> Long.compare(one.first, other.first));
              });
    }
  }

  /**
   * Adds a transaction.
   *
   * @param ofSource the server's UUID in small letters, with the tag behind a colon if there is one
   * @param gtid the same with the number
   * @return the set as it was before
   * @throws HaltException if the transaction was there already
   */
  Completed add(String ofSource, long number, String gtid) {
    if (ofSource.equals(source) && number == growing.last + 1 && number < limit) {
      Completed was = Completed.growing(before, growing.last, after, gtid);
      growing.last = number;
      return was;
    }
    Completed was = current();
    insert(bySource.computeIfAbsent(ofSource, name -> new ArrayList<>()), number, gtid);
    locate(ofSource, number);
    return was;
  }

  /** All that was added. */
  Completed current() {
    return source.isEmpty() ? Completed.of(text()) : Completed.of(before + growing.last + after);
  }

  private static void insert(List<Range> ranges, long number, String gtid) {
    int at = 0;
    while (at < ranges.size() && ranges.get(at).last < number) {
      at++;
    }
    if (at < ranges.size() && ranges.get(at).first <= number) {
      throw CaptureFailures.contradiction("transaction " + gtid + " comes again");
    }
    boolean joinsBefore = at > 0 && ranges.get(at - 1).last == number - 1;
    boolean joinsAfter = at < ranges.size() && ranges.get(at).first == number + 1;
    if (joinsBefore) {
      ranges.get(at - 1).last = joinsAfter ? ranges.remove(at).last : number;
    } else if (joinsAfter) {
      ranges.set(at, new Range(number, ranges.get(at).last));
    } else {
      ranges.add(at, new Range(number, number));
    }
  }

  /**
   * Finds the place in the text where the number just added stands, if it is the end of a range.
   */
  private void locate(String ofSource, long number) {
    StringBuilder text = new StringBuilder();
    String comma = "";
    source = "";
    for (Map.Entry<String, List<Range>> one : bySource.entrySet()) {
      text.append(comma).append(one.getKey());
      comma = ",";
      List<Range> ranges = one.getValue();
      for (int i = 0; i < ranges.size(); i++) {
        Range range = ranges.get(i);
        boolean here = range.last == number && one.getKey().equals(ofSource);
        text.append(':').append(range.first);
        if (here && range.first < number) {
          text.append('-');
          before = text.toString();
          text.setLength(0);
          source = ofSource;
          growing = range;
          limit = i + 1 < ranges.size() ? ranges.get(i + 1).first - 1 : Long.MAX_VALUE;
        } else if (range.last > range.first) {
          text.append('-').append(range.last);
        }
      }
    }
    after = source.isEmpty() ? "" : text.toString();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    bySource.forEach(
        (name, ranges) -> {
          text.append(text.isEmpty() ? "" : ",").append(name);
          for (Range range : ranges) {
            text.append(':').append(range.first);
            if (range.last > range.first) {
              text.append('-').append(range.last);
            }
          }
        });
    return text.toString();
  }
}
