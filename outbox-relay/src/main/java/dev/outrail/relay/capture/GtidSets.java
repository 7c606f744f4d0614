package dev.outrail.relay.capture;

import io.debezium.connector.mysql.gtid.MySqlGtidSet;
import io.debezium.connector.mysql.gtid.MySqlGtidSet.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The few questions that the relay asks about GTID sets. */
public final class GtidSets {

  private static final String HEX = "[0-9a-fA-F]";
  private static final String UUID_TEXT =
      HEX + "{8}-" + HEX + "{4}-" + HEX + "{4}-" + HEX + "{4}-" + HEX + "{12}";
  private static final String INTERVALS = "(?::[1-9][0-9]{0,18}(?:-[1-9][0-9]{0,18})?)+";

  /** The intervals of a source may follow a tag (since 8.4). */
  private static final String SOURCE =
      UUID_TEXT + "(?:(?::[a-zA-Z_][a-zA-Z0-9_]{0,31})?" + INTERVALS + ")+";

  private static final Pattern SET = Pattern.compile(SOURCE + "(?:," + SOURCE + ")*");
  private static final Pattern INTERVAL = Pattern.compile("([0-9]+)(?:-([0-9]+))?");

  private GtidSets() {}

  /** Whether every transaction of {@code part} is in {@code whole}; a single GTID is a set, too. */
  public static boolean contains(String whole, String part) {
    return new MySqlGtidSet(part).isContainedWithin(new MySqlGtidSet(whole));
  }

  /** The transactions that are in one of the two. */
  public static String union(String one, String other) {
    Map<String, List<Interval>> bySource = new TreeMap<>();
    for (String set : List.of(one, other)) {
      new MySqlGtidSet(set)
          .getUUIDSets()
          .forEach(
              source ->
                  bySource
                      .computeIfAbsent(name(source), name -> new ArrayList<>())
                      .addAll(source.getIntervals()));
    }
    return bySource.entrySet().stream()
        .map(source -> source.getKey() + merged(source.getValue()))
        .collect(Collectors.joining(","));
  }

  /** The server's UUID, and the tag behind a colon if there is one. */
  static String name(MySqlGtidSet.UUIDSet source) {
    String tag = source.getTag();
    return tag == null || tag.isEmpty() ? source.getUUID() : source.getUUID() + ":" + tag;
  }

  private static String merged(List<Interval> intervals) {
    StringBuilder text = new StringBuilder();
    List<Interval> sorted =
        intervals.stream().sorted(Comparator.comparingLong(Interval::getStart)).toList();
    long start = sorted.get(0).getStart();
    long end = sorted.get(0).getEnd();
    for (Interval next : sorted) {
      if (next.getStart() > end + 1) {
        append(text, start, end);
        start = next.getStart();
        end = next.getEnd();
      }
      end = Math.max(end, next.getEnd());
    }
    append(text, start, end);
    return text.toString();
  }

  private static void append(StringBuilder text, long start, long end) {
    text.append(':').append(start);
    if (end > start) {
      text.append('-').append(end);
    }
  }

  /** How many transactions are in a set. */
  public static long count(String set) {
    long count = 0;
    for (String source : normalise(set).split(",", -1)) {
      for (String part : source.split(":", -1)) {
        Matcher interval = INTERVAL.matcher(part);
        if (interval.matches()) {
          long first = Long.parseLong(interval.group(1));
          String last = interval.group(2);
          count += last == null ? 1 : Long.parseLong(last) - first + 1;
        }
      }
    }
    return count;
  }

  /** Whether the text is a GTID set, of one transaction at least, as MySQL writes it. */
  public static boolean isValid(String text) {
    return SET.matcher(normalise(text)).matches();
  }

  /** MySQL breaks long sets over lines; one line is the form that is stored and compared. */
  public static String normalise(String set) {
    return set.replace("\n", "").replace("\r", "").replace(" ", "");
  }
}
