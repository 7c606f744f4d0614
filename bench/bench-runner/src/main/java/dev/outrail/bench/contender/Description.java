package dev.outrail.bench.contender;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the report says of a contender.
 *
 * @param id short, of letters, digits and hyphens; names it in the raw data
 * @param title for the tables
 * @param version of the software under test
 * @param settings all that is not a default, by its documented name
 */
public record Description(
    String id,
    String title,
    Guarantee guarantee,
    String version,
    SortedMap<String, String> settings) {

  public Description {
    settings = new TreeMap<>(settings);
  }
}
