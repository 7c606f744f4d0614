package dev.outrail.relay.capture;

import io.debezium.connector.mysql.gtid.MySqlGtidSet;

/** The few questions that the relay asks about GTID sets. */
public final class GtidSets {

  private GtidSets() {}

  /** Whether every transaction of {@code part} is in {@code whole}; a single GTID is a set, too. */
  public static boolean contains(String whole, String part) {
    return new MySqlGtidSet(part).isContainedWithin(new MySqlGtidSet(whole));
  }

  /** MySQL breaks long sets over lines; one line is the form that is stored and compared. */
  public static String normalise(String set) {
    return set.replace("\n", "").replace("\r", "").replace(" ", "");
  }
}
